// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { ChangedLine } from "./ChangedLine";
import type { FileBecame } from "./FileBecame";

export type ChangedFile = { name: string, became: FileBecame, changes: Array<ChangedLine>, };
