// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * A file of the bot that is no text of its own.
 */
export type Asset = { 
/**
 * Such as `assets/menu.pdf`.
 */
path: string, bytes: number, };
