// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * A flow that is not there any more and can be brought back.
 */
export type DeletedFlow = { path: string, name: string, nodes: number, 
/**
 * When it was deleted, in seconds since 1970.
 */
time?: number, };
