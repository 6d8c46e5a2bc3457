// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Spot } from "./Spot";

/**
 * One place where it is used.
 */
export type Usage = { at: Spot, 
/**
 * The value is put there; elsewhere it is read.
 */
writes: boolean, };
