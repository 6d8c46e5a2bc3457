import { type OpenBot, type Point, place } from "../flow";
import { many } from "../words";

/** Moves what is selected by a step, as one change. */
export function nudge(bot: OpenBot, by: Point): void {
  const { flow, view } = bot;
  if (!flow || !bot.editable || view.nodes.size === 0) return;
  const to = new Map<string, Point>();
  for (const id of view.nodes) {
    const at = flow.placeOf(id);
    to.set(id, { x: at.x + by.x, y: at.y + by.y });
  }
  bot.change(many(to.size, "Move node", "Move {n} nodes"), place(flow, to));
}

/** Selects the node that lies at the other end of a wire, or the nearest above or below. */
export function walk(bot: OpenBot, way: "next" | "previous" | "up" | "down"): void {
  const { flow, view } = bot;
  if (!flow || flow.nodes.size === 0) return;
  const from = view.only ?? firstOf(bot);
  if (from === undefined) return;
  if (view.only === undefined) {
    view.go(flow.path, from);
    return;
  }
  const to =
    way === "next"
      ? flow.outgoing(from)[0]?.target
      : way === "previous"
        ? flow.incoming(from)[0]?.source
        : neighbour(bot, from, way === "up" ? -1 : 1);
  if (to !== undefined && flow.nodes.has(to)) view.go(flow.path, to);
}

function firstOf({ flow, kinds }: OpenBot): string | undefined {
  let found: string | undefined;
  for (const [id, node] of flow?.nodes ?? []) {
    if (kinds.get(node.kind)?.trigger) return id;
    found ??= id;
  }
  return found;
}

function neighbour({ flow }: OpenBot, from: string, sign: 1 | -1): string | undefined {
  const here = flow?.near.rect(from);
  if (!flow || !here) return undefined;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [id, rect] of flow.near.entries()) {
    if (id === from || !flow.nodes.has(id)) continue;
    const down = (rect.y - here.y) * sign;
    if (down <= 0) continue;
    const far = down + Math.abs(rect.x - here.x) * 2;
    if (far < least) {
      least = far;
      best = id;
    }
  }
  return best;
}
