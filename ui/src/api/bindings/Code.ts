// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * Closed: one for each way in which a window behaves differently.
 */
export type Code = "bad_request" | "not_found" | "not_a_bot" | "read_only" | "refused" | "busy" | "disk" | "unauthorized" | "webhook" | "network" | "internal";
