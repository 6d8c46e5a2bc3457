import type { Point } from "./changes";
import type { Rect } from "./near";

/** Where things stand to each other: aligned, evenly spread, and what a dragged thing lines up with. */

export type Side = "left" | "centre" | "right" | "top" | "middle" | "bottom";

export function aligned(rects: ReadonlyMap<string, Rect>, side: Side): Map<string, Point> {
  const all = [...rects.values()];
  const left = Math.min(...all.map((rect) => rect.x));
  const top = Math.min(...all.map((rect) => rect.y));
  const right = Math.max(...all.map((rect) => rect.x + rect.width));
  const bottom = Math.max(...all.map((rect) => rect.y + rect.height));
  const to = new Map<string, Point>();
  for (const [id, rect] of rects) {
    const { x, y, width, height } = rect;
    if (side === "left") to.set(id, { x: left, y });
    else if (side === "right") to.set(id, { x: right - width, y });
    else if (side === "centre") to.set(id, { x: Math.round((left + right - width) / 2), y });
    else if (side === "top") to.set(id, { x, y: top });
    else if (side === "bottom") to.set(id, { x, y: bottom - height });
    else to.set(id, { x, y: Math.round((top + bottom - height) / 2) });
  }
  return to;
}

/** The outermost stay; between the others are equal gaps. */
export function distributed(rects: ReadonlyMap<string, Rect>, axis: "x" | "y"): Map<string, Point> {
  const size = axis === "x" ? "width" : "height";
  const row = [...rects].sort(([, a], [, b]) => a[axis] + a[size] / 2 - (b[axis] + b[size] / 2));
  const first = row[0]?.[1];
  const last = row.at(-1)?.[1];
  const to = new Map<string, Point>();
  if (!first || !last || row.length < 3) return to;
  const whole = last[axis] + last[size] - first[axis];
  const filled = row.reduce((sum, [, rect]) => sum + rect[size], 0);
  const gap = (whole - filled) / (row.length - 1);
  let at = first[axis];
  for (const [id, rect] of row) {
    to.set(id, { x: rect.x, y: rect.y, [axis]: Math.round(at) });
    at += rect[size] + gap;
  }
  return to;
}

/** A line along which a dragged thing and others stand. */
export type Guide = { axis: "x" | "y"; at: number; from: number; to: number };

/** How far to shift `rect` so that it lines up with what is near, and the lines that show why. */
export function lineUp(rect: Rect, others: Iterable<Rect>, reach: number): { by: Point; guides: Guide[] } {
  const by = { x: 0, y: 0 };
  const list = [...others];
  const guides: Guide[] = [];
  for (const axis of ["x", "y"] as const) {
    const size = axis === "x" ? "width" : "height";
    const spots = (one: Rect) =>
      axis === "x"
        ? [one.x, one.x + one.width / 2, one.x + one.width]
        : [one.y, one.y + one.height / 2, one.y + one.height];
    let best = reach + 0.01;
    let found: number | undefined;
    for (const other of list)
      for (const [which, mine] of spots(rect).entries()) {
        const theirs = spots(other)[which] as number;
        // Edges line up with edges and middles with middles: all else only gets in the way.
        const off = theirs - mine;
        const far = Math.abs(off) + Math.abs(other[axis === "x" ? "y" : "x"] - rect[axis === "x" ? "y" : "x"]) / 1e6;
        if (Math.abs(off) <= reach && far < best) {
          best = far;
          found = off;
        }
      }
    if (found === undefined) continue;
    by[axis] = found;
    const here = { ...rect, [axis]: rect[axis] + found };
    for (const [which, at] of spots(here).entries()) {
      const along = list.filter((other) => Math.abs((spots(other)[which] as number) - at) < 0.5);
      if (along.length === 0) continue;
      const across = axis === "x" ? "y" : "x";
      const depth = size === "width" ? "height" : "width";
      const all = [here, ...along];
      guides.push({
        axis,
        at,
        from: Math.min(...all.map((one) => one[across])),
        to: Math.max(...all.map((one) => one[across] + one[depth])),
      });
    }
  }
  for (const guide of guides) {
    const shift = guide.axis === "x" ? by.y : by.x;
    if (shift < 0) guide.from += shift;
    else guide.to += shift;
  }
  return { by, guides };
}

/** Whether a point lies inside of a line drawn by hand. */
export function encloses(line: readonly Point[], point: Point): boolean {
  let inside = false;
  for (let at = 0, before = line.length - 1; at < line.length; before = at++) {
    const a = line[at] as Point;
    const b = line[before] as Point;
    if (a.y > point.y !== b.y > point.y && point.x < ((b.x - a.x) * (point.y - a.y)) / (b.y - a.y) + a.x)
      inside = !inside;
  }
  return inside;
}
