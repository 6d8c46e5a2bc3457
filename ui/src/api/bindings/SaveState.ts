// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * Whether the bot's folder holds what the windows show. What it does not hold yet stands in the journal.
 */
export type SaveState = { "state": "saved" } | { "state": "unsaved" } | { "state": "failed", message: string, hint: string, };
