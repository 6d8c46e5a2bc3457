// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Seg } from "./Seg";

/**
 * A place in a bot, as exact as is known.
 */
export type Spot = { file: string, node?: string, port?: string, field?: Array<Seg>, line?: number, column?: number, 
/**
 * Bytes of the field's text.
 */
span?: [number, number], };
