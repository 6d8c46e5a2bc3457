import type { Value } from "./Value";

export type Group = { title: string; color?: string; parent?: string; extra?: { [key in string]: Value } };
