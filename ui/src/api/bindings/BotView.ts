// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Clash } from "./Clash";
import type { FlowView } from "./FlowView";
import type { Manifest } from "./Manifest";
import type { SaveState } from "./SaveState";

export type BotView = { 
/**
 * The bot's handle: what later requests name it by. The same for the same folder, always.
 */
bot: string, root: string, revision: number, manifest: Manifest, flows: Array<FlowView>, 
/**
 * The other text files.
 */
files: Array<string>, 
/**
 * The label of what undo would take back.
 */
undo?: string, redo?: string, clashes: Array<Clash>, save: SaveState, };
