// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * Closed: one for each sentence that a person reads.
 */
export type UpdateTrouble = "unreachable" | "unreadable" | "not_for_here" | "broken_download" | "wrong_signature" | "other_version" | "not_installed";
