// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
export type Act = { "act": "remove", flow: string, ids: Array<string>, heal: boolean, } | { "act": "rename_key", flow: string, node: string, to: string, } | { "act": "rename_variable", scope: string, from: string, to: string, };
