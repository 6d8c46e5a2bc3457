import type { Node, Place } from "../api";
import { CARD_WIDTH } from "./geometry";

const ACROSS = CARD_WIDTH + 64;
const DOWN = 168;

/** Places for nodes that have none: in columns by their distance from a start, below everything that is placed. */
export function fallbackPlaces(
  nodes: ReadonlyMap<string, Node>,
  layout: ReadonlyMap<string, Place>,
): Map<string, Place> {
  const loose = [...nodes.keys()].filter((id) => !layout.has(id));
  const places = new Map<string, Place>();
  if (loose.length === 0) return places;
  const unplaced = new Set(loose);
  const reached = new Set<string>();
  for (const id of loose)
    for (const to of Object.values(nodes.get(id)?.next ?? {})) if (unplaced.has(to) && to !== id) reached.add(to);
  const depth = new Map<string, number>();
  const queue = loose.filter((id) => !reached.has(id));
  if (queue.length === 0) queue.push(...loose.slice(0, 1));
  for (const id of queue) depth.set(id, 0);
  for (let at = 0; at < queue.length; at++) {
    const id = queue[at] as string;
    for (const to of Object.values(nodes.get(id)?.next ?? {}))
      if (unplaced.has(to) && !depth.has(to)) {
        depth.set(to, (depth.get(id) ?? 0) + 1);
        queue.push(to);
      }
  }
  let top = 0;
  for (const place of layout.values()) top = Math.max(top, place.y + DOWN + 40);
  const filled = new Map<number, number>();
  for (const id of loose) {
    const column = depth.get(id) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    places.set(id, { x: column * ACROSS, y: top + row * DOWN });
  }
  return places;
}
