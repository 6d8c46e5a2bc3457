import { type Edge as FlowEdge, type Node as FlowNode, Position } from "@xyflow/react";
import type { Descriptor, Node, Note, Platform, Problem } from "../api";
import {
  CARD_WIDTH,
  type Card,
  type FlowMirror,
  FOLDED_HEIGHT,
  frameId,
  HEADER,
  hasInput,
  type OpenBot,
  type Point,
  type PortSpot,
  type Rect,
  spoken,
  spots,
  titleOf,
  tuckedAs,
  wireKey,
} from "../flow";
import { many, t } from "../words";
import { type End, goesBack, route } from "./route";

export type CardData = {
  flow: string;
  node: Node;
  kind: Descriptor | undefined;
  card: Card;
  problems: readonly Problem[];
  wired: boolean;
  editable: boolean;
  renaming: boolean;
  /** Where it works, if that is not everywhere the bot is. */
  only: readonly Platform[] | undefined;
};
export type NoteData = { flow: string; note: Note; editing: boolean; editable: boolean; selected: boolean };
export type FrameData = {
  flow: string;
  group: string;
  title: string;
  color: string | undefined;
  width: number;
  height: number;
  folded: boolean;
  count: number;
  chosen: boolean;
  editable: boolean;
  renaming: boolean;
};
export type CardNode = FlowNode<CardData, "card">;
export type NoteNode = FlowNode<NoteData, "note">;
export type FrameNode = FlowNode<FrameData, "frame">;
export type StubNode = FlowNode<{ card: Card }, "stub">;
export type SceneNode = CardNode | NoteNode | FrameNode | StubNode;
export type WireData = {
  path: string;
  role: PortSpot["role"];
  back: boolean;
  /** It is not drawn but named at both ends. */
  link: { name: string; from: Point; to: Point; source: string; lane: number } | undefined;
};
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

  /** Where cards are painted, `under` is mounted all the same: the one that the pointer is on, to be taken hold of. */
  build(
    bot: OpenBot,
    flow: FlowMirror,
    area: Rect,
    moved: ReadonlyMap<string, Point>,
    under: string | undefined = undefined,
  ): void {
    const near = flow.near.within(area);
    for (const id of moved.keys()) if (flow.near.rect(id)) near.add(id);
    this.painted = near.size > (this.painted ? FEWEST_PAINTED : MOST_CARDS);
    if (this.painted) {
      const nodes = new Map<string, Kept<SceneNode>>();
      const node = under === undefined ? undefined : flow.nodes.get(under);
      if (under !== undefined && node && !flow.grouped.foldedIn.has(under))
        this.card(bot, flow, under, node, moved, nodes);
      this.nodes = sameOrNew(this.nodes, nodes);
      this.keptNodes = nodes;
      if (this.edges.length > 0) this.edges = [];
      return;
    }
    const nodes = new Map<string, Kept<SceneNode>>();
    const tags = new Map<string, number>();
    const edges = new Map<string, Kept<SceneEdge>>();
    const { foldedIn } = flow.grouped;
    const frames = new Frames(flow, moved);
    this.frames(bot, flow, near, frames, nodes);
    for (const id of near) {
      const node = flow.nodes.get(id);
      if (foldedIn.has(id)) continue;
      if (node) this.card(bot, flow, id, node, moved, nodes);
      else this.note(bot, flow, id, moved, nodes);
    }
    for (const id of near)
      for (const wire of [...flow.outgoing(id), ...flow.incoming(id)]) {
        const key = wireKey(wire.source, wire.port);
        if (edges.has(key) || !flow.nodes.has(wire.target)) continue;
        const [from, to] = [frames.seat(wire.source), frames.seat(wire.target)];
        if (!from || !to || (from.id === to.id && from.id !== wire.source)) continue;
        for (const [end, seat] of [
          [wire.source, from],
          [wire.target, to],
        ] as const) {
          if (seat.group !== undefined) this.frame(bot, flow, seat.group, frames, nodes);
          else if (!near.has(end)) this.stub(flow, end, nodes);
        }
        const edge = this.wire(bot, flow, key, wire, from, to, tags);
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
    const only = kind && elsewhere(kind, bot.mirror.manifest.channels) ? kind.platforms : undefined;
    const of = [node, card, problems, selected, wired, bot.editable, renaming, only, place.x, place.y];
    into.set(
      id,
      reused(this.keptNodes.get(id), of, () => ({
        id,
        type: "card",
        position: { x: place.x, y: place.y },
        data: { flow: flow.path, node, kind, card, problems, wired, editable: bot.editable, renaming, only },
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
    const editing = bot.view.renaming === id;
    into.set(
      id,
      reused(this.keptNodes.get(id), [note, rect, place.x, place.y, selected, bot.editable, editing], () => ({
        id,
        type: "note",
        position: { x: place.x, y: place.y },
        data: { flow: flow.path, note, editing, editable: bot.editable, selected },
        selected,
        draggable: bot.editable && !editing,
        width: rect.width,
        height: rect.height,
        measured: { width: rect.width, height: rect.height },
        ariaLabel: t("Note: {text}", { text: note.text }),
        zIndex: selected ? 1 : 0,
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
        // What can be hit is a layer of its own, far away as it may be.
        style: { visibility: "hidden" },
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

  private frames(
    bot: OpenBot,
    flow: FlowMirror,
    near: ReadonlySet<string>,
    frames: Frames,
    into: Map<string, Kept<SceneNode>>,
  ): void {
    if (flow.groups.size === 0) return;
    const wanted = new Set<string>();
    for (const id of near)
      for (let at = flow.nodes.get(id)?.group; at !== undefined && !wanted.has(at); at = flow.groups.get(at)?.parent)
        wanted.add(at);
    for (const id of wanted) this.frame(bot, flow, id, frames, into);
  }

  private frame(bot: OpenBot, flow: FlowMirror, id: string, frames: Frames, into: Map<string, Kept<SceneNode>>): void {
    const group = flow.groups.get(id);
    const frame = frameId(id);
    const members = flow.grouped.members.get(id);
    const first = members?.[0];
    if (!group || !members || first === undefined || into.has(frame)) return;
    const around = flow.grouped.foldedIn.get(first);
    const folded = around === id;
    // What is inside of a folded group is not seen.
    if (around !== undefined && !folded && frames.hides(id, around)) return;
    const box = folded ? frames.block(id) : flow.grouped.frame(id, frames.rectOf);
    if (!box) return;
    const chosen = bot.view.nodes.size >= members.length && members.every((member) => bot.view.nodes.has(member));
    const renaming = bot.view.renaming === frame;
    const { editable } = bot;
    const of = [group, box.x, box.y, box.width, box.height, folded, members.length, chosen, editable, renaming];
    into.set(
      frame,
      reused(this.keptNodes.get(frame), of, () => ({
        id: frame,
        type: "frame",
        position: { x: box.x, y: box.y },
        data: {
          flow: flow.path,
          group: id,
          title: group.title,
          color: group.color,
          width: box.width,
          height: box.height,
          folded,
          count: members.length,
          chosen,
          editable,
          renaming,
        },
        selectable: false,
        draggable: editable && !renaming,
        dragHandle: ".nx-frame-head",
        focusable: false,
        width: box.width,
        height: box.height,
        measured: { width: box.width, height: box.height },
        handles: folded ? blockHandles(box.width, box.height) : [],
        ariaLabel: many(members.length, "Group {title}, {n} node", "Group {title}, {n} nodes", { title: group.title }),
        style: { pointerEvents: folded ? "all" : "none" },
        zIndex: folded ? 1 : -20 + frames.depth(id),
      })),
    );
  }

  private wire(
    bot: OpenBot,
    flow: FlowMirror,
    key: string,
    wire: { source: string; port: string; target: string },
    from: Seat,
    to: Seat,
    tags: Map<string, number>,
  ): Kept<SceneEdge> | undefined {
    const card = flow.card(wire.source);
    const source = flow.nodes.get(wire.source);
    const target = flow.nodes.get(wire.target);
    if (!card || !source || !target) return undefined;
    const selected = bot.view.wires.has(key);
    const name = tuckedAs(source, wire.port);
    // The names of several wires to one card stand above each other.
    const above = name === undefined ? 0 : (tags.get(to.id) ?? 0);
    if (name !== undefined) tags.set(to.id, above + 1);
    const a = from.rect;
    const b = to.rect;
    const of = [
      card,
      a.x,
      a.y,
      a.height,
      b.x,
      b.y,
      b.height,
      from.id,
      to.id,
      selected,
      bot.editable,
      name,
      source.name,
      target.name,
      above,
    ];
    return reused(this.keptEdges.get(key), of, () => {
      const own = spots(card).find((spot) => spot.id === wire.port);
      const spot =
        own && (from.group === undefined ? own : { ...own, x: a.width, y: a.height / 2, side: "right" as const });
      const start = spot && startOf(a, spot);
      const end = to.group === undefined ? endOf(b) : { ...endOf(b), y: b.y + b.height / 2 };
      return {
        id: key,
        type: "wire",
        source: from.id,
        sourceHandle: from.group === undefined ? wire.port : "out",
        target: to.id,
        targetHandle: "in",
        selected,
        reconnectable: bot.editable && from.group === undefined && to.group === undefined && name === undefined,
        // Where wires end at one port, the selected one's end is on top to be taken.
        zIndex: selected ? 1 : 0,
        focusable: false,
        data: {
          path: start ? route(start, end) : "",
          role: spot?.role ?? "flow",
          back: start !== undefined && goesBack(start, end),
          link:
            name !== undefined && start
              ? {
                  name: name || titleOf(target, bot.kinds.get(target.kind)),
                  source: titleOf(source, bot.kinds.get(source.kind)),
                  from: start,
                  to: end,
                  lane: b.y - 24 * above,
                }
              : undefined,
        },
      };
    });
  }
}

/** What stands for a node on the canvas: its card, or the folded group around it. */
type Seat = { id: string; rect: Rect; group?: string };

/** Where frames and folded groups are while their members are being moved. */
class Frames {
  private readonly blocks = new Map<string, Rect | undefined>();

  constructor(
    private readonly flow: FlowMirror,
    private readonly moved: ReadonlyMap<string, Point>,
  ) {}

  readonly rectOf = (id: string): Rect | undefined => {
    const folded = this.flow.grouped.foldedIn.get(id);
    if (folded !== undefined) return this.block(folded);
    const rect = this.flow.near.rect(id);
    const to = this.moved.get(id);
    return rect && to ? { ...rect, x: to.x, y: to.y } : rect;
  };

  block(group: string): Rect | undefined {
    if (this.blocks.has(group)) return this.blocks.get(group);
    let at: Point | undefined;
    for (const id of this.flow.grouped.members.get(group) ?? []) {
      const one = this.moved.get(id) ?? this.flow.near.rect(id);
      if (one) at = at ? { x: Math.min(at.x, one.x), y: Math.min(at.y, one.y) } : { x: one.x, y: one.y };
    }
    const rect = at && { x: at.x, y: at.y, width: CARD_WIDTH, height: FOLDED_HEIGHT };
    this.blocks.set(group, rect);
    return rect;
  }

  seat(id: string): Seat | undefined {
    const group = this.flow.grouped.foldedIn.get(id);
    const rect = this.rectOf(id);
    if (!rect) return undefined;
    return group === undefined ? { id, rect } : { id: frameId(group), rect, group };
  }

  depth(group: string): number {
    let depth = 0;
    for (let at = this.flow.groups.get(group)?.parent; at !== undefined && depth < 16; depth++)
      at = this.flow.groups.get(at)?.parent;
    return depth;
  }

  /** Whether a group lies in a folded one. */
  hides(group: string, folded: string): boolean {
    let at = this.flow.groups.get(group)?.parent;
    for (let steps = 0; at !== undefined && steps < 16; steps++) {
      if (at === folded) return true;
      at = this.flow.groups.get(at)?.parent;
    }
    return false;
  }
}

function elsewhere(kind: Descriptor, channels: unknown): boolean {
  return (
    kind.platforms.length > 0 &&
    Array.isArray(channels) &&
    channels.some((channel) => !kind.platforms.includes(channel as Platform))
  );
}

function blockHandles(width: number, height: number) {
  const size = { width: DOT, height: DOT, y: height / 2 - DOT / 2 };
  return [
    { id: "in", type: "target" as const, position: Position.Left, x: -DOT / 2, ...size },
    { id: "out", type: "source" as const, position: Position.Right, x: width - DOT / 2, ...size },
  ];
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
