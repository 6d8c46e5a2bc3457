import { t } from "../words";
import type { Loose, Point } from "./changes";
import type { FlowMirror, Wire } from "./flow-mirror";
import { CARD_WIDTH, HEADER, spots } from "./geometry";
import { mainPort } from "./inserting";
import { hasInput, type Kinds } from "./kinds";

/** What a dragged wire would do where it is: the card it points at, and the wire it makes or why it makes none. */
export type Aim = { node: string } & ({ wire: Wire; at: Point } | { why: string });

/** How near to a card a wire catches on it. */
const CATCH = 14;

export function aimAt(flow: FlowMirror, kinds: Kinds, from: Loose, point: Point): Aim | undefined {
  const area = { x: point.x - CATCH, y: point.y - CATCH, width: 2 * CATCH, height: 2 * CATCH };
  let node: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const id of flow.near.within(area)) {
    const rect = flow.near.rect(id);
    if (!rect || !flow.nodes.has(id) || flow.grouped.foldedIn.has(id)) continue;
    const away = Math.hypot(outside(point.x, rect.x, rect.width), outside(point.y, rect.y, rect.height));
    const far = away * 1000 + Math.hypot(point.x - rect.x, point.y - rect.y - HEADER / 2);
    if (far < least) {
      least = far;
      node = id;
    }
  }
  if (node === undefined) return undefined;
  // A wire that has only just left its own card is not refused yet.
  if (node === from.node && !within(flow, node, point)) return undefined;
  const refused = refusal(flow, kinds, from, node);
  if (refused) return { node, why: refused };
  const rect = flow.near.rect(node);
  const one = flow.nodes.get(node);
  if (!rect || !one) return undefined;
  if (from.end === "target")
    return {
      node,
      wire: { source: from.node, port: from.port as string, target: node },
      at: { x: rect.x - 5, y: rect.y + HEADER / 2 },
    };
  const port = portNear(flow, kinds, node, point);
  const spot = flow.card(node) && spots(flow.card(node) as never).find((spot) => spot.id === port);
  return {
    node,
    wire: { source: node, port: port as string, target: from.node },
    at: { x: rect.x + (spot?.x ?? CARD_WIDTH) + 5, y: rect.y + (spot?.y ?? HEADER / 2) },
  };
}

/** Why a wire cannot be, in words; nothing where it can. */
function refusal(flow: FlowMirror, kinds: Kinds, from: Loose, id: string): string | undefined {
  if (id === from.node) return t("A node cannot lead to itself");
  const node = flow.nodes.get(id);
  const kind = node && kinds.get(node.kind);
  if (from.end === "target") {
    if (!hasInput(kind)) return t("Nothing can lead into a trigger");
    if (from.port && flow.nodes.get(from.node)?.next[from.port] === id) return t("These are connected already");
    return undefined;
  }
  return node && mainPort(node, kinds) === undefined ? t("The way ends at this node") : undefined;
}

/** The output that the pointer is at, else the one by which the chain goes on. */
function portNear(flow: FlowMirror, kinds: Kinds, id: string, point: Point): string | undefined {
  const rect = flow.near.rect(id);
  const node = flow.nodes.get(id);
  const card = flow.card(id);
  if (!rect || !node || !card) return undefined;
  const hit = spots(card).find((spot) => Math.hypot(rect.x + spot.x - point.x, rect.y + spot.y - point.y) <= CATCH);
  return hit?.id ?? mainPort(node, kinds);
}

function outside(at: number, from: number, length: number): number {
  return Math.max(from - at, 0, at - from - length);
}

function within(flow: FlowMirror, id: string, point: Point): boolean {
  const rect = flow.near.rect(id);
  return !!rect && outside(point.x, rect.x, rect.width) === 0 && outside(point.y, rect.y, rect.height) === 0;
}
