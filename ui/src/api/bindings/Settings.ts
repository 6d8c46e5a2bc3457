// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
export type Settings = { 
/**
 * Ask at every start whether there is a newer version. Off until somebody turns it on: the program does not
 * talk to the network unless it was told to.
 */
look_for_updates: boolean, };
