import type { Clash } from "./bindings/Clash";
import type { Patch } from "./bindings/Patch";
import type { Problem } from "./bindings/Problem";
import type { SaveState } from "./bindings/SaveState";

export type Changed = {
  type: "changed";
  revision: number;
  client: string;
  seq: number;
  label: string;
  patches: Patch[];
  undo?: string;
  redo?: string;
};

export type StudioEvent = { bot: string } & (
  | Changed
  | { type: "problems"; revision: number; problems: Problem[] }
  | { type: "save"; save: SaveState }
  | { type: "clash"; clashes: Clash[] }
);
