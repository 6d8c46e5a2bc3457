/** Which things lie in a rectangle, over any number of them: a grid of cells, kept up to date one thing at a time. */
export type Rect = { x: number; y: number; width: number; height: number };

const CELL = 640;
/** How far beyond the window things are kept, and how much larger than it the kept area may be, in windows. */
const MARGIN = 0.4;
const LARGEST = 2.4;

export class Near {
  private readonly cells = new Map<string, Set<string>>();
  private readonly rects = new Map<string, Rect>();

  get size(): number {
    return this.rects.size;
  }

  rect(id: string): Rect | undefined {
    return this.rects.get(id);
  }

  entries(): IterableIterator<[string, Rect]> {
    return this.rects.entries();
  }

  put(id: string, rect: Rect): void {
    this.drop(id);
    this.rects.set(id, rect);
    for (const cell of cellsOf(rect)) {
      const ids = this.cells.get(cell);
      if (ids) ids.add(id);
      else this.cells.set(cell, new Set([id]));
    }
  }

  drop(id: string): void {
    const rect = this.rects.get(id);
    if (!rect) return;
    this.rects.delete(id);
    for (const cell of cellsOf(rect)) {
      const ids = this.cells.get(cell);
      ids?.delete(id);
      if (ids?.size === 0) this.cells.delete(cell);
    }
  }

  within(area: Rect): Set<string> {
    const found = new Set<string>();
    const wanted = spanOf(area);
    // Far out the window covers more cells than there are things: then walk the things.
    if ((wanted.right - wanted.left + 1) * (wanted.bottom - wanted.top + 1) > this.cells.size) {
      for (const [id, rect] of this.rects) if (touches(rect, area)) found.add(id);
      return found;
    }
    for (const cell of cellsOf(area))
      for (const id of this.cells.get(cell) ?? []) {
        const rect = this.rects.get(id);
        if (rect && touches(rect, area)) found.add(id);
      }
    return found;
  }

  bounds(ids: Iterable<string> = this.rects.keys()): Rect | undefined {
    let left = Number.POSITIVE_INFINITY;
    let top = Number.POSITIVE_INFINITY;
    let right = Number.NEGATIVE_INFINITY;
    let bottom = Number.NEGATIVE_INFINITY;
    for (const id of ids) {
      const rect = this.rects.get(id);
      if (!rect) continue;
      left = Math.min(left, rect.x);
      top = Math.min(top, rect.y);
      right = Math.max(right, rect.x + rect.width);
      bottom = Math.max(bottom, rect.y + rect.height);
    }
    return left <= right ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
  }
}

/**
 * The area whose content is kept alive around a window. It is larger than the window, and is left alone until the
 * window leaves it or has become much smaller than it, so that panning does not mount and unmount at every pixel.
 */
export function keptArea(window: Rect, kept: Rect | undefined): Rect {
  const margin = { x: window.width * MARGIN, y: window.height * MARGIN };
  if (kept && inside(window, kept) && kept.width <= window.width * LARGEST && kept.height <= window.height * LARGEST)
    return kept;
  return {
    x: window.x - margin.x,
    y: window.y - margin.y,
    width: window.width + 2 * margin.x,
    height: window.height + 2 * margin.y,
  };
}

export function touches(a: Rect, b: Rect): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

function inside(inner: Rect, outer: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function spanOf(rect: Rect) {
  return {
    left: Math.floor(rect.x / CELL),
    top: Math.floor(rect.y / CELL),
    right: Math.floor((rect.x + rect.width) / CELL),
    bottom: Math.floor((rect.y + rect.height) / CELL),
  };
}

function* cellsOf(rect: Rect): Generator<string> {
  const { left, top, right, bottom } = spanOf(rect);
  for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) yield `${x},${y}`;
}
