import type { Group } from "./Group";
import type { Node } from "./Node";
import type { Note } from "./Note";
import type { Place } from "./Place";
import type { Value } from "./Value";

export type Flow = {
  id: string;
  name: string;
  inputs: { [key in string]: Value };
  outputs: { [key in string]: Value };
  nodes: { [key in string]: Node };
  groups: { [key in string]: Group };
  notes: { [key in string]: Note };
  layout: { [key in string]: Place };
  unresolved?: Value;
  extra?: { [key in string]: Value };
};
