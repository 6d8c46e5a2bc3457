export type Place = { x: number; y: number; w?: number; h?: number };
