import type { Change } from "./Change";

export type Fix = { label: string; change: Change };
