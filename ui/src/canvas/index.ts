export { addKind } from "./adding";
export { Canvas, type CanvasHandle } from "./Canvas";
export * from "./doing";
export { nudge, walk } from "./moves";
export { keepPlace, placesOf } from "./places";
export type { Wanted } from "./wiring";
