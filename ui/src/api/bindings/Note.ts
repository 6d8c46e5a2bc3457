import type { Value } from "./Value";

export type Note = { text: string; color?: string; extra?: { [key in string]: Value } };
