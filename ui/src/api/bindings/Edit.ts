// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Flow } from "./Flow";
import type { FlowProp } from "./FlowProp";
import type { Group } from "./Group";
import type { Node } from "./Node";
import type { NodeProp } from "./NodeProp";
import type { Note } from "./Note";
import type { Place } from "./Place";
import type { Seg } from "./Seg";
import type { Value } from "./Value";

/**
 * One slot and what to put there; without a value the slot becomes empty.
 */
export type Edit = { "op": "node", flow: string, id: string, node?: Node, } | { "op": "prop", flow: string, node: string, prop: NodeProp, value?: Value, } | { "op": "field", flow: string, node: string, path: Array<Seg>, value?: Value, } | { "op": "insert", flow: string, node: string, path: Array<Seg>, item: Value, before?: string, } | { "op": "move", flow: string, node: string, path: Array<Seg>, before?: string, } | { "op": "wire", flow: string, node: string, port: string, to?: string, } | { "op": "place", flow: string, id: string, place?: Place, } | { "op": "group", flow: string, id: string, group?: Group, } | { "op": "note", flow: string, id: string, note?: Note, } | { "op": "flow", flow: string, value?: Flow, } | { "op": "flow_prop", flow: string, prop: FlowProp, value?: Value, } | { "op": "manifest", path: Array<Seg>, value?: Value, } | { "op": "file", path: string, text?: string, };
