import type { Flow } from "./Flow";

export type FlowView = { path: string; read_only?: string; flow: Flow };
