// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * What is measured.
 */
export type Limit = "message_text" | "button_label" | "button_count" | "command_name";
