// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Code } from "./Code";

export type Error = { code: Code, 
/**
 * A sentence for a person.
 */
message: string, 
/**
 * What to do about it.
 */
hint?: string, };
