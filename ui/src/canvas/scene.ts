import { type Edge as FlowEdge, type Node as FlowNode, Position } from "@xyflow/react";
import type { Descriptor, Node, Note, Problem } from "../api";
import {
  CARD_WIDTH,
  type Card,
  type FlowMirror,
  HEADER,
  hasInput,
  type OpenBot,
  type Point,
  type PortSpot,
  type Rect,
  spoken,
  spots,
  wireKey,
} from "../flow";
import { type End, route } from "./route";

export type CardData = {
  flow: string;
  node: Node;
  kind: Descriptor | undefined;
  card: Card;
  problems: readonly Problem[];
  wired: boolean;
  editable: boolean;
  renaming: boolean;
};
export type CardNode = FlowNode<CardData, "card">;
export type NoteNode = FlowNode<{ note: Note }, "note">;
export type FrameNode = FlowNode<{ title: string; color: string | undefined; width: number; height: number }, "frame">;
export type StubNode = FlowNode<{ card: Card }, "stub">;
export type SceneNode = CardNode | NoteNode | FrameNode | StubNode;
export type WireData = { path: string; role: PortSpot["role"] };
export type SceneEdge = FlowEdge<WireData, "wire">;

const DOT = 10;
/** More cards than this are painted as blocks instead of being built. */
const MOST_CARDS = 280;
const FEWEST_PAINTED = 210;

type Kept<T> = { made: T; of: readonly unknown[] };

/** Turns the part of a flow near the window into what React Flow draws, and keeps what has not changed as it was. */
export class Scene {
  nodes: SceneNode[] = [];
  edges: SceneEdge[] = [];
  painted = false;
  private keptNodes = new Map<string, Kept<SceneNode>>();
  private keptEdges = new Map<string, Kept<SceneEdge>>();

  build(bot: OpenBot, flow: FlowMirror, area: Rect, moved: ReadonlyMap<string, Point>): void {
    const near = flow.near.within(area);
    for (const id of moved.keys()) if (flow.near.rect(id)) near.add(id);
    this.painted = near.size > (this.painted ? FEWEST_PAINTED : MOST_CARDS);
    if (this.painted) {
      if (this.nodes.length > 0) this.nodes = [];
      if (this.edges.length > 0) this.edges = [];
      return;
    }
    const nodes = new Map<string, Kept<SceneNode>>();
    const edges = new Map<string, Kept<SceneEdge>>();
    this.frames(flow, near, nodes);
    for (const id of near) {
      const node = flow.nodes.get(id);
      if (node) this.card(bot, flow, id, node, moved, nodes);
      else this.note(bot, flow, id, moved, nodes);
    }
    for (const id of near)
      for (const wire of [...flow.outgoing(id), ...flow.incoming(id)]) {
        const key = wireKey(wire.source, wire.port);
        if (edges.has(key) || !flow.nodes.has(wire.target)) continue;
        for (const end of [wire.source, wire.target]) if (!near.has(end)) this.stub(flow, end, nodes);
        const edge = this.wire(bot, flow, key, wire, moved);
        if (edge) edges.set(key, edge);
      }
    this.nodes = sameOrNew(this.nodes, nodes);
    this.edges = sameOrNew(this.edges, edges);
    this.keptNodes = nodes;
    this.keptEdges = edges;
  }

  private card(
    bot: OpenBot,
    flow: FlowMirror,
    id: string,
    node: Node,
    moved: ReadonlyMap<string, Point>,
    into: Map<string, Kept<SceneNode>>,
  ): void {
    const card = flow.card(id);
    if (!card) return;
    const kind = bot.kinds.get(node.kind);
    const problems = bot.mirror.trouble.ofNode(flow.path, id);
    const selected = bot.view.nodes.has(id);
    const wired = flow.incoming(id).length > 0;
    const renaming = bot.view.renaming === id;
    const place = moved.get(id) ?? flow.placeOf(id);
    const of = [node, card, problems, selected, wired, bot.editable, renaming, place.x, place.y];
    into.set(
      id,
      reused(this.keptNodes.get(id), of, () => ({
        id,
        type: "card",
        position: { x: place.x, y: place.y },
        data: { flow: flow.path, node, kind, card, problems, wired, editable: bot.editable, renaming },
        selected,
        draggable: bot.editable && !renaming,
        width: CARD_WIDTH,
        height: card.height,
        measured: { width: CARD_WIDTH, height: card.height },
        handles: handlesOf(card, kind),
        ariaLabel: spoken(node, kind),
        zIndex: selected ? 2 : 1,
      })),
    );
  }

  private note(
    bot: OpenBot,
    flow: FlowMirror,
    id: string,
    moved: ReadonlyMap<string, Point>,
    into: Map<string, Kept<SceneNode>>,
  ): void {
    const note = flow.notes.get(id);
    const rect = flow.near.rect(id);
    if (!note || !rect) return;
    const place = moved.get(id) ?? rect;
    const selected = bot.view.nodes.has(id);
    into.set(
      id,
      reused(this.keptNodes.get(id), [note, rect, place.x, place.y, selected, bot.editable], () => ({
        id,
        type: "note",
        position: { x: place.x, y: place.y },
        data: { note },
        selected,
        draggable: bot.editable,
        width: rect.width,
        height: rect.height,
        measured: { width: rect.width, height: rect.height },
        ariaLabel: `Note: ${note.text}`,
        zIndex: 0,
      })),
    );
  }

  /** The far end of a wire: React Flow must know where it is, but nothing is drawn. */
  private stub(flow: FlowMirror, id: string, into: Map<string, Kept<SceneNode>>): void {
    const card = flow.card(id);
    const rect = flow.near.rect(id);
    const node = flow.nodes.get(id);
    if (into.has(id) || !card || !rect || !node) return;
    into.set(
      id,
      reused(this.keptNodes.get(id), ["stub", card, rect], () => ({
        id,
        type: "stub",
        position: { x: rect.x, y: rect.y },
        data: { card },
        selectable: false,
        draggable: false,
        focusable: false,
        width: rect.width,
        height: rect.height,
        measured: { width: rect.width, height: rect.height },
        handles: handlesOf(card, undefined),
      })),
    );
  }

  private frames(flow: FlowMirror, near: ReadonlySet<string>, into: Map<string, Kept<SceneNode>>): void {
    if (flow.groups.size === 0) return;
    const members = new Map<string, string[]>();
    const wanted = new Set<string>();
    for (const [id, node] of flow.nodes) {
      if (!node.group) continue;
      const list = members.get(node.group);
      if (list) list.push(id);
      else members.set(node.group, [id]);
      if (near.has(id)) wanted.add(node.group);
    }
    for (const id of wanted) {
      const group = flow.groups.get(id);
      const rect = flow.near.bounds(members.get(id));
      if (!group || !rect) continue;
      const box = { x: rect.x - 24, y: rect.y - 48, width: rect.width + 48, height: rect.height + 72 };
      into.set(
        `group ${id}`,
        reused(this.keptNodes.get(`group ${id}`), [group, box.x, box.y, box.width, box.height], () => ({
          id: `group ${id}`,
          type: "frame",
          position: { x: box.x, y: box.y },
          data: { title: group.title, color: group.color, width: box.width, height: box.height },
          selectable: false,
          draggable: false,
          focusable: false,
          width: box.width,
          height: box.height,
          measured: { width: box.width, height: box.height },
          zIndex: -1,
        })),
      );
    }
  }

  private wire(
    bot: OpenBot,
    flow: FlowMirror,
    key: string,
    wire: { source: string; port: string; target: string },
    moved: ReadonlyMap<string, Point>,
  ): Kept<SceneEdge> | undefined {
    const from = flow.near.rect(wire.source);
    const to = flow.near.rect(wire.target);
    const card = flow.card(wire.source);
    if (!from || !to || !card) return undefined;
    const start = moved.get(wire.source) ?? from;
    const end = moved.get(wire.target) ?? to;
    const selected = bot.view.wires.has(key);
    const of = [card, from, to, start.x, start.y, end.x, end.y, wire.target, selected, bot.editable];
    return reused(this.keptEdges.get(key), of, () => {
      const spot = spots(card).find((spot) => spot.id === wire.port);
      return {
        id: key,
        type: "wire",
        source: wire.source,
        sourceHandle: wire.port,
        target: wire.target,
        targetHandle: "in",
        selected,
        reconnectable: bot.editable,
        // Where wires end at one port, the selected one's end is on top to be taken.
        zIndex: selected ? 1 : 0,
        focusable: false,
        data: {
          path: spot ? wirePath({ ...from, ...start }, spot, { ...to, ...end }) : "",
          role: spot?.role ?? "flow",
        },
      };
    });
  }
}

export function wirePath(from: Rect, spot: PortSpot, to: Rect): string {
  return route(startOf(from, spot), endOf(to));
}

export function startOf(from: Rect, spot: PortSpot): End & { side: "right" | "bottom" } {
  const out = spot.side === "right" ? { x: 5, y: 0 } : { x: 0, y: 5 };
  return {
    x: from.x + spot.x + out.x,
    y: from.y + spot.y + out.y,
    top: from.y,
    bottom: from.y + from.height,
    side: spot.side,
  };
}

export function endOf(to: Rect): End {
  return { x: to.x - 5, y: to.y + HEADER / 2, top: to.y, bottom: to.y + to.height };
}

function handlesOf(card: Card, kind: Descriptor | undefined) {
  const size = { width: DOT, height: DOT };
  return [
    ...(hasInput(kind)
      ? [{ id: "in", type: "target" as const, position: Position.Left, x: -DOT / 2, y: HEADER / 2 - DOT / 2, ...size }]
      : []),
    ...spots(card).map((spot) => ({
      id: spot.id,
      type: "source" as const,
      position: spot.side === "right" ? Position.Right : Position.Bottom,
      x: spot.x - DOT / 2,
      y: spot.y - DOT / 2,
      ...size,
    })),
  ];
}

function reused<T>(kept: Kept<T> | undefined, of: readonly unknown[], make: () => T): Kept<T> {
  if (kept && kept.of.length === of.length && kept.of.every((one, at) => one === of[at])) return kept;
  return { made: make(), of };
}

/** The same array when every element is the same, so that React Flow has nothing to do. */
function sameOrNew<T>(before: T[], now: Map<string, Kept<T>>): T[] {
  const list = Array.from(now.values(), (kept) => kept.made);
  return list.length === before.length && list.every((one, at) => one === before[at]) ? before : list;
}
