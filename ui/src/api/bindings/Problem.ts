// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Fix } from "./Fix";
import type { Severity } from "./Severity";
import type { Spot } from "./Spot";

export type Problem = { code: string, severity: Severity, at: Spot, 
/**
 * What is wrong.
 */
message: string, 
/**
 * What to do.
 */
help: string, fix?: Fix, };
