import type { Value } from "./Value";

export type Node = {
  kind: string;
  v: number;
  key?: string;
  name?: string;
  group?: string;
  fields: { [key in string]: Value };
  next: { [key in string]: string };
  extra?: { [key in string]: Value };
};
