import type { Viewport } from "@xyflow/react";
import { CARD_WIDTH, type FlowMirror, HEADER, type OpenBot, type Point, type Rect } from "../flow";

export const LEAST_ZOOM = 0.02;
export const MOST_ZOOM = 2;

/** A card lies under the pointer by its header, not by its corner. */
export function corner(point: Point): Point {
  return { x: point.x - 24, y: point.y - HEADER / 2 };
}

/** All of `rect` in the middle of the window, never larger than life. */
export function framing(rect: Rect | undefined, width: number, height: number): Viewport {
  if (!rect) return { x: width / 2 - CARD_WIDTH / 2, y: height / 3, zoom: 1 };
  const pad = Math.min(72, width * 0.08, height * 0.08);
  const zoom = Math.max(LEAST_ZOOM, Math.min((width - 2 * pad) / rect.width, (height - 2 * pad) / rect.height, 1));
  return { x: width / 2 - (rect.x + rect.width / 2) * zoom, y: height / 2 - (rect.y + rect.height / 2) * zoom, zoom };
}

const READABLE = 0.6;

/** How a flow is shown first: all of it while that can be read, else its beginning. */
export function opening(bot: OpenBot, flow: FlowMirror, width: number, height: number): Viewport {
  const whole = framing(flow.near.bounds(), width, height);
  if (whole.zoom >= READABLE) return whole;
  let first: Rect | undefined;
  for (const [id, node] of flow.nodes) {
    const rect = bot.kinds.get(node.kind)?.trigger ? flow.near.rect(id) : undefined;
    if (rect && (!first || rect.y + rect.x < first.y + first.x)) first = rect;
  }
  const at = first ?? flow.near.bounds() ?? { x: 0, y: 0 };
  const zoom = 0.85;
  const bounds = flow.near.bounds();
  const fits = bounds && bounds.height * zoom < height - 96;
  const y = fits ? height / 2 - (bounds.y + bounds.height / 2) * zoom : Math.min(height / 3, 200) - at.y * zoom;
  return { x: 64 - at.x * zoom, y, zoom };
}

/** Whether the person asked for no motion. */
export function calm(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
