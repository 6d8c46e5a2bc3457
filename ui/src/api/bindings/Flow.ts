// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Group } from "./Group";
import type { Node } from "./Node";
import type { Note } from "./Note";
import type { Place } from "./Place";
import type { Value } from "./Value";

export type Flow = { id: string, name: string, 
/**
 * The parameters of a flow that others call, by name.
 */
inputs: Record<string, Value>, outputs: Record<string, Value>, nodes: { [key in string]: Node }, groups: { [key in string]: Group }, notes: { [key in string]: Note }, 
/**
 * Where nodes, groups and notes stand; never means anything to a run.
 */
layout: { [key in string]: Place }, 
/**
 * The open conflicts of a merge, base, ours and theirs of each.
 */
unresolved?: Value, 
/**
 * Members that this version does not know; kept.
 */
extra?: Record<string, Value>, };
