// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { RunTone } from "./RunTone";

/**
 * Something that happened to a bot that runs.
 */
export type RunLine = { 
/**
 * Rises with each line.
 */
seq: number, 
/**
 * Milliseconds since 1970.
 */
at: number, tone: RunTone, text: string, 
/**
 * Where a run ended: the id of the flow, and of the node in it.
 */
flow?: string, node?: string, };
