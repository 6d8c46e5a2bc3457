// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
export type RecentBot = { root: string, name: string, 
/**
 * When it was opened last.
 */
opened: string | null, 
/**
 * Is its folder still there?
 */
exists: boolean, };
