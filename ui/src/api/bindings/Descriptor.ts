import type { Field } from "./Field";
import type { Node } from "./Node";
import type { Platform } from "./Platform";
import type { Port } from "./Port";

export type Descriptor = {
  kind: string;
  v: number;
  title: string;
  group: "trigger" | "message" | "logic" | "data" | "world" | "people" | "ai";
  icon: string;
  summary: string;
  help: string;
  synonyms: string[];
  example: Node;
  platforms: Platform[];
  trigger: boolean;
  waits: boolean;
  effect: boolean;
  ports: Port[];
  fields: Field[];
};
