// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * One step of a path: an object's member, a list's element by its `id`, or by its place where elements have no ids.
 */
export type Seg = string | { item: string, } | number;
