import type { Flow } from "./Flow";
import type { Group } from "./Group";
import type { Node } from "./Node";
import type { Note } from "./Note";
import type { Place } from "./Place";
import type { Seg } from "./Seg";
import type { Value } from "./Value";

export type Edit =
  | { op: "node"; flow: string; id: string; node?: Node }
  | { op: "prop"; flow: string; node: string; prop: "kind" | "v" | "key" | "name" | "group"; value?: Value }
  | { op: "field"; flow: string; node: string; path: Seg[]; value?: Value }
  | { op: "insert"; flow: string; node: string; path: Seg[]; item: Value; before?: string }
  | { op: "move"; flow: string; node: string; path: Seg[]; before?: string }
  | { op: "wire"; flow: string; node: string; port: string; to?: string }
  | { op: "place"; flow: string; id: string; place?: Place }
  | { op: "group"; flow: string; id: string; group?: Group }
  | { op: "note"; flow: string; id: string; note?: Note }
  | { op: "flow"; flow: string; value?: Flow }
  | { op: "flow_prop"; flow: string; prop: "id" | "name" | "inputs" | "outputs"; value?: Value }
  | { op: "manifest"; path: Seg[]; value?: Value }
  | { op: "file"; path: string; text?: string };
