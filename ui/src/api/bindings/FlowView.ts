// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Flow } from "./Flow";

export type FlowView = { path: string, 
/**
 * Why the flow cannot be edited: its file could not be read whole.
 */
read_only?: string, flow: Flow, };
