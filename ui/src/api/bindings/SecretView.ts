// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
export type SecretView = { name: string, 
/**
 * What it is, or where to get it.
 */
note: string, 
/**
 * The network that it is the token of.
 */
network?: string, needed: boolean, set: boolean, };
