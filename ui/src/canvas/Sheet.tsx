import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import type { Rect } from "../flow";

/** Cards at the edge of the area reach beyond it. */
const CARD = 320;

/**
 * Lies under all that is mounted, and cannot be seen. Chromium joins things into one layer only where little empty space
 * comes with it, so scattered cards would be dozens of layers, each to be sorted and sent in every frame; what lies on a
 * common sheet is one. It must draw something to count.
 */
export const Sheet = memo(function Sheet({ area }: { area: Rect }) {
  const { x, y, width, height } = area;
  const size = { width: width + 2 * CARD, height: height + 2 * CARD };
  return (
    <ViewportPortal>
      <div className="nx-sheet" style={{ left: x - CARD, top: y - CARD, ...size }} aria-hidden />
    </ViewportPortal>
  );
});

/** Wires are cut off at its edge: a long one would make the layer as large as itself, with tiles for all of it. */
export function cutAt({ x, y, width, height }: Rect): string {
  const [right, bottom] = [x + width, y + height];
  return `polygon(${x}px ${y}px, ${right}px ${y}px, ${right}px ${bottom}px, ${x}px ${bottom}px)`;
}
