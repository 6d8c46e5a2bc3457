export { Canvas, type CanvasHandle, type Wanted } from "./Canvas";
export { nudge, walk } from "./moves";
