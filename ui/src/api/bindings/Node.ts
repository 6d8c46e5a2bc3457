// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Value } from "./Value";

export type Node = { kind: string, 
/**
 * The version of the kind's behaviour that the node was made for.
 */
v: number, 
/**
 * The node's name in expressions: `nodes.<key>`.
 */
key?: string, name?: string, group?: string, fields: Record<string, Value>, 
/**
 * Wires: output port to node.
 */
next: { [key in string]: string }, extra?: Record<string, Value>, };
