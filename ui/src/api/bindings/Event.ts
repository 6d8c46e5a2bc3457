// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Clash } from "./Clash";
import type { Patch } from "./Patch";
import type { Problem } from "./Problem";
import type { RunLine } from "./RunLine";
import type { RunView } from "./RunView";
import type { SaveState } from "./SaveState";
import type { Update } from "./Update";

export type Event = { 
/**
 * The handle of the bot it is about; empty for what is about none.
 */
bot: string, } & ({ "type": "changed", revision: number, client: string, seq: number, label: string, patches: Array<Patch>, undo?: string, redo?: string, } | { "type": "problems", revision: number, problems: Array<Problem>, } | { "type": "save", save: SaveState, } | { "type": "run", run: RunView, } | { "type": "run_line", line: RunLine, } | { "type": "clash", clashes: Array<Clash>, } | { "type": "update", update: Update, });
