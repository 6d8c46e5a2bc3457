// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * Who the program is drawn for. A switch and no wall: every bot shows and runs in each.
 */
export type Mode = "creator" | "power" | "developer";
