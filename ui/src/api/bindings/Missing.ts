// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
/**
 * A secret that is not set at the runner.
 */
export type Missing = { name: string, 
/**
 * It is set here, and can be sent.
 */
here: boolean, };
