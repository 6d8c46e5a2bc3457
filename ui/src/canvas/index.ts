export { Canvas, type CanvasHandle } from "./Canvas";
export { nudge, walk } from "./moves";
export type { Wanted } from "./wiring";
