import type { FlowView } from "./FlowView";
import type { Group } from "./Group";
import type { Node } from "./Node";
import type { Note } from "./Note";
import type { Place } from "./Place";
import type { Value } from "./Value";

export type Patch =
  | { at: "flow"; path: string; view?: FlowView }
  | {
      at: "parts";
      path: string;
      id?: string;
      name?: string;
      inputs?: { [key in string]: Value };
      outputs?: { [key in string]: Value };
      nodes: { [key in string]: Node | null };
      groups: { [key in string]: Group | null };
      notes: { [key in string]: Note | null };
      layout: { [key in string]: Place | null };
    }
  | { at: "manifest"; manifest: { [key in string]: Value } }
  | { at: "file"; path: string; exists: boolean };
