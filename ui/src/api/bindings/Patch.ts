// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { FlowView } from "./FlowView";
import type { Group } from "./Group";
import type { Manifest } from "./Manifest";
import type { Node } from "./Node";
import type { Note } from "./Note";
import type { Place } from "./Place";
import type { Value } from "./Value";

/**
 * The new value of a part of the bot.
 */
export type Patch = { "at": "flow", path: string, view?: FlowView, } | { "at": "parts", path: string, id?: string, name?: string, inputs?: Record<string, Value>, outputs?: Record<string, Value>, nodes: { [key in string]: Node | null }, groups: { [key in string]: Group | null }, notes: { [key in string]: Note | null }, layout: { [key in string]: Place | null }, } | { "at": "manifest", manifest: Manifest, } | { "at": "file", path: string, exists: boolean, };
