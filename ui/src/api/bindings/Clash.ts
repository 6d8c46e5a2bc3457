// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * A file that was changed here and by another program, before either knew of the other.
 */
export type Clash = { path: string, mine: string, theirs: string, };
