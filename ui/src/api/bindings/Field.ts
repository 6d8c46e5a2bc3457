// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { FieldType } from "./FieldType";
import type { Limit } from "./Limit";
import type { Value } from "./Value";
import type { When } from "./When";

export type Field = { name: string, label: string, help: string, type: FieldType, required: boolean, default?: Value, 
/**
 * `{{ … }}` is filled in.
 */
template: boolean, 
/**
 * May hold `$secret`.
 */
secret: boolean, advanced: boolean, placeholder?: string, 
/**
 * Shown, and required, only when another field has one of these values.
 */
when?: When, 
/**
 * What a platform limits here.
 */
limit?: Limit, 
/**
 * A merge takes the value whole from one side.
 */
unit: boolean, };
