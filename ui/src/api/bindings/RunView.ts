// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Error } from "./Error";
import type { RunNetwork } from "./RunNetwork";
import type { RunState } from "./RunState";

export type RunView = { state: RunState, 
/**
 * Those it is connected to; they are kept when it ends.
 */
networks: Array<RunNetwork>, 
/**
 * Why it did not start.
 */
trouble?: Error, };
