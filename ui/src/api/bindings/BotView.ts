import type { Clash } from "./Clash";
import type { FlowView } from "./FlowView";
import type { SaveState } from "./SaveState";
import type { Value } from "./Value";

export type BotView = {
  bot: string;
  root: string;
  revision: number;
  manifest: { [key in string]: Value };
  flows: FlowView[];
  files: string[];
  undo?: string;
  redo?: string;
  clashes: Clash[];
  save: SaveState;
};
