// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * Something of the bot that has a name.
 */
export type Named = { "is": "variable", scope: string, name: string, flow?: string, } | { "is": "node", flow: string, node: string, } | { "is": "flow", id: string, } | { "is": "secret", name: string, };
