// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Choice } from "./Choice";
import type { Field } from "./Field";

export type FieldType = { "is": "text", multiline: boolean, } | { "is": "number", integer: boolean, min?: number, max?: number, } | { "is": "bool" } | { "is": "choice", options: Array<Choice>, } | { "is": "expr" } | { "is": "json" } | { "is": "code", language: string, } | { "is": "list", item: Array<Field>, 
/**
 * The order means something: a merge must not choose one silently.
 */
ordered: boolean, } | { "is": "map", value: Field, } | { "is": "flow" } | { "is": "prompt" } | { "is": "node" } | { "is": "variable" } | { "is": "duration" } | { "is": "secret" };
