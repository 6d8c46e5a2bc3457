// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Edit } from "./Edit";

/**
 * An atomic list of edits: all of them happen or none.
 */
export type Change = { edits: Array<Edit>, };
