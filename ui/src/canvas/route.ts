export type End = { x: number; y: number; top: number; bottom: number };

const LEAD = 20;
/** Wires up and wires down through one gap keep apart. */
const LEAD_UP = 28;
const CORNER = 12;
const CLEARANCE = 28;
const GAP = 48;

/**
 * The way of a wire. Forward wires are curves which leave and arrive straight. A wire back goes around its cards: through
 * the gap between them where there is one, else below both.
 */
export function route(from: End & { side: "right" | "bottom" }, to: End): string {
  if (from.side === "bottom") return fromBelow(from, to);
  const dx = to.x - from.x;
  if (dx >= 24) {
    const reach = Math.max(24, Math.min(dx * 0.5, 140));
    return `M${from.x},${from.y}C${from.x + reach},${from.y} ${to.x - reach},${to.y} ${to.x},${to.y}`;
  }
  const lane = laneBetween(from, to);
  const lead = to.y < from.y ? LEAD_UP : LEAD;
  return rounded([
    [from.x, from.y],
    [from.x + lead, from.y],
    [from.x + lead, lane],
    [to.x - lead, lane],
    [to.x - lead, to.y],
    [to.x, to.y],
  ]);
}

/** Whether a wire runs against the way a flow is read. */
export function goesBack(from: End, to: End): boolean {
  return to.x < from.x - 24;
}

function fromBelow(from: End, to: End): string {
  const dx = to.x - from.x;
  if (dx >= 24 && to.y >= from.y + 16) {
    const down = Math.max(24, Math.min((to.y - from.y) * 0.6, 120));
    const reach = Math.max(24, Math.min(dx * 0.5, 120));
    return `M${from.x},${from.y}C${from.x},${from.y + down} ${to.x - reach},${to.y} ${to.x},${to.y}`;
  }
  const lane =
    to.top - from.bottom > GAP
      ? (from.bottom + to.top) / 2
      : dx >= 24
        ? from.bottom + CLEARANCE
        : laneBetween(from, to);
  return rounded([
    [from.x, from.y],
    [from.x, lane],
    [to.x - LEAD, lane],
    [to.x - LEAD, to.y],
    [to.x, to.y],
  ]);
}

function laneBetween(from: End, to: End): number {
  if (to.top - from.bottom > GAP) return from.bottom + (to.top - from.bottom) * 0.4;
  if (from.top - to.bottom > GAP) return to.bottom + (from.top - to.bottom) * 0.6;
  return Math.max(from.bottom, to.bottom) + CLEARANCE;
}

/** A path along straight pieces with rounded corners. */
export function rounded(points: readonly (readonly [number, number])[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first[0]},${first[1]}`;
  let before = first;
  rest.forEach((point, at) => {
    const after = rest[at + 1];
    if (!after) {
      path += `L${point[0]},${point[1]}`;
      return;
    }
    const into = toward(point, before);
    const out = toward(point, after);
    path += `L${into[0]},${into[1]}Q${point[0]},${point[1]} ${out[0]},${out[1]}`;
    before = point;
  });
  return path;
}

function toward(corner: readonly [number, number], other: readonly [number, number]): [number, number] {
  const dx = other[0] - corner[0];
  const dy = other[1] - corner[1];
  const length = Math.hypot(dx, dy);
  if (length === 0) return [corner[0], corner[1]];
  const reach = Math.min(CORNER, length / 2) / length;
  return [corner[0] + dx * reach, corner[1] + dy * reach];
}
