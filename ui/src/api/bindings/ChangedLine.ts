// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
export type ChangedLine = { words: string, 
/**
 * Changes looks, and nothing that the bot does.
 */
cosmetic: boolean, };
