// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * What was done in one stroke.
 */
export type Deed = { 
/**
 * How many deeds stand once this one is the last.
 */
at: number, label: string, 
/**
 * Seconds since 1970.
 */
time?: number, 
/**
 * False for what was taken back and can be done again.
 */
stands: boolean, };
