// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Role } from "./Role";

export type Port = { "at": "fixed", id: string, label: string, role: Role, } | { "at": "each", field: string, 
/**
 * The element's field that is shown as the port's label.
 */
label: string, role: Role, };
