import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import type { SceneNode } from "./scene";

const STEP = 1024;

/**
 * Lies under all that is mounted, and cannot be seen. Chromium joins things into one layer only where little empty space
 * comes with it, so scattered cards and long wires would be dozens of layers, each to be sorted and sent in every frame;
 * what lies on a common sheet is one. It must draw something to count.
 */
export const Sheet = memo(function Sheet({ left, top, right, bottom }: Extent) {
  return (
    <ViewportPortal>
      <div className="nx-sheet" style={{ left, top, width: right - left, height: bottom - top }} aria-hidden />
    </ViewportPortal>
  );
});

type Extent = { left: number; top: number; right: number; bottom: number };

/** Around all of these, in large steps, so that it seldom changes. */
export function extentOf(nodes: readonly SceneNode[]): Extent {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  nodes.forEach(({ position: { x, y }, width = 0, height = 0 }, at) => {
    left = at ? Math.min(left, x) : x;
    top = at ? Math.min(top, y) : y;
    right = at ? Math.max(right, x + width) : x + width;
    bottom = at ? Math.max(bottom, y + height) : y + height;
  });
  const low = (value: number) => Math.floor((value - STEP / 2) / STEP) * STEP;
  const high = (value: number) => Math.ceil((value + STEP / 2) / STEP) * STEP;
  return { left: low(left), top: low(top), right: high(right), bottom: high(bottom) };
}
