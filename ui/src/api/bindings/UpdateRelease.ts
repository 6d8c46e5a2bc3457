// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * A newer version.
 */
export type UpdateRelease = { version: string, 
/**
 * What is new in it, by its makers.
 */
notes?: string, };
