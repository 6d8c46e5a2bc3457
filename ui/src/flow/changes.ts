import type { Edit, Flow, Node, Seg, Value } from "../api";
import type { FlowMirror, Wire } from "./flow-mirror";
import { CARD_WIDTH, snapped } from "./geometry";
import { nodeId } from "./ids";

/** What a person does on the canvas, as edits. Builders only read the mirror; nothing happens here. */

export type Point = { x: number; y: number };

export function place(flow: FlowMirror, moved: ReadonlyMap<string, Point>): Edit[] {
  return [...moved].flatMap(([id, to]): Edit[] => {
    const from = flow.placeOf(id);
    const x = Math.round(to.x);
    const y = Math.round(to.y);
    if (flow.layout.has(id) && from.x === x && from.y === y) return [];
    return [{ op: "place", flow: flow.path, id, place: { ...from, x, y } }];
  });
}

/** A new node, and where it came out of a dragged wire, that wire. */
export function add(flow: FlowMirror, node: Node, at: Point, from?: Loose): { id: string; edits: Edit[] } {
  const id = nodeId(isTaken(flow));
  const edits: Edit[] = [
    {
      op: "node",
      flow: flow.path,
      id,
      node: from?.end === "source" && from.port ? { ...node, next: { [from.port]: from.node } } : node,
    },
    { op: "place", flow: flow.path, id, place: { x: snapped(at.x), y: snapped(at.y) } },
  ];
  if (from?.end === "target" && from.port)
    edits.push({ op: "wire", flow: flow.path, node: from.node, port: from.port, to: id });
  return { id, edits };
}

/**
 * A wire with one end in the air. `end` says which end is missing: a `target` (dragged out of an output port of
 * `node`), or a `source` (dragged out of the input of `node`; `port` is then the new node's own output).
 */
export type Loose = { end: "target" | "source"; node: string; port?: string };

export function connect(flow: FlowMirror, wire: Wire): Edit[] {
  if (flow.nodes.get(wire.source)?.next[wire.port] === wire.target) return [];
  return [{ op: "wire", flow: flow.path, node: wire.source, port: wire.port, to: wire.target }];
}

export function disconnect(flow: FlowMirror, wires: readonly { source: string; port: string }[]): Edit[] {
  return wires.map(({ source, port }) => ({ op: "wire", flow: flow.path, node: source, port }));
}

export function reconnect(flow: FlowMirror, from: Wire, to: Wire): Edit[] {
  const same = from.source === to.source && from.port === to.port;
  return [...(same ? [] : disconnect(flow, [from])), ...connect(flow, to)];
}

export function field(flow: FlowMirror, node: string, path: Seg[], value: Value | undefined): Edit {
  return { op: "field", flow: flow.path, node, path, ...(value === undefined ? {} : { value }) };
}

/** What everything of a flow must not be called when something new comes in. */
export function isTaken(flow: FlowMirror): (id: string) => boolean {
  return (id) => flow.nodes.has(id) || flow.notes.has(id) || flow.groups.has(id);
}

/** A place to the right of a node that covers nothing, for a node added from the keyboard. */
export function freeSpot(flow: FlowMirror, wanted: Point, height = 96): Point {
  let { x, y } = wanted;
  for (let tries = 0; tries < 60; tries++) {
    const hit = [...flow.near.within({ x: x - 8, y: y - 8, width: CARD_WIDTH + 16, height: height + 16 })][0];
    if (hit === undefined) break;
    const rect = flow.near.rect(hit);
    y = (rect ? rect.y + rect.height : y) + 24;
  }
  return { x: snapped(x), y: snapped(y) };
}

export function newFlow(name: string, paths: Iterable<string>, ids: Iterable<string>): { path: string; value: Flow } {
  const slug =
    name
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "flow";
  const takenPaths = new Set(paths);
  const takenIds = new Set(ids);
  const nth = (at: number) => (at === 1 ? slug : `${slug}-${at}`);
  let at = 1;
  while (takenPaths.has(`flows/${nth(at)}.flow.json`) || takenIds.has(nth(at))) at += 1;
  return {
    path: `flows/${nth(at)}.flow.json`,
    value: { id: nth(at), name, inputs: {}, outputs: {}, nodes: {}, groups: {}, notes: {}, layout: {} },
  };
}
