// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Mode } from "./Mode";

export type Settings = { 
/**
 * Ask at every start whether there is a newer version. Off until somebody turns it on: the program does not
 * talk to the network unless it was told to.
 */
look_for_updates: boolean, 
/**
 * How much of the program is shown.
 */
mode?: Mode, 
/**
 * The language that the person chose, such as `de`; without one that of the system.
 */
language?: string, 
/**
 * Keys that are not the usual ones, by the action. None at all is an empty list.
 */
keys?: { [key in string]: Array<string> }, };
