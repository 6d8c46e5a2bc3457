import type { Edit, Flow, Node, Place, Seg, Value } from "../api";
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
  const id = nodeId((id) => flow.nodes.has(id) || flow.notes.has(id) || flow.groups.has(id));
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

/** Copies of nodes beside them; wires among the copied are copied too, wires that leave them are not. */
export function paste(flow: FlowMirror, clip: Clip, at: Point): { ids: string[]; edits: Edit[] } {
  const made = new Map<string, string>();
  const taken = (id: string) => flow.nodes.has(id) || [...made.values()].includes(id);
  for (const id of Object.keys(clip.nodes)) made.set(id, nodeId(taken));
  const keys = new Set([...flow.nodes.values()].flatMap((node) => (node.key ? [node.key] : [])));
  const places = Object.values(clip.layout);
  const left = Math.min(...places.map((one) => one.x));
  const top = Math.min(...places.map((one) => one.y));
  const edits: Edit[] = [];
  for (const [id, node] of Object.entries(clip.nodes)) {
    const to = made.get(id) as string;
    const next: { [key in string]: string } = {};
    for (const [port, target] of Object.entries(node.next)) {
      const inside = made.get(target);
      if (inside) next[port] = inside;
    }
    const { key, group, ...rest } = structuredClone(node);
    for (const field of flow.fieldsOf(node, "node")) {
      const inside = made.get(String(rest.fields[field]));
      if (inside) rest.fields[field] = inside;
    }
    const copy: Node = { ...rest, next };
    const free = key && freeKey(key, keys);
    if (free) {
      keys.add(free);
      copy.key = free;
    }
    if (group && flow.groups.has(group)) copy.group = group;
    const from = clip.layout[id] ?? { x: left, y: top };
    edits.push({ op: "node", flow: flow.path, id: to, node: copy });
    edits.push({
      op: "place",
      flow: flow.path,
      id: to,
      place: { x: snapped(at.x + from.x - left), y: snapped(at.y + from.y - top) },
    });
  }
  return { ids: [...made.values()], edits };
}

export type Clip = { nexus: "clip"; nodes: { [key in string]: Node }; layout: { [key in string]: Place } };

export function copy(flow: FlowMirror, ids: Iterable<string>): Clip | undefined {
  const clip: Clip = { nexus: "clip", nodes: {}, layout: {} };
  for (const id of ids) {
    const node = flow.nodes.get(id);
    if (!node) continue;
    clip.nodes[id] = node;
    clip.layout[id] = flow.placeOf(id);
  }
  return Object.keys(clip.nodes).length > 0 ? clip : undefined;
}

/** Text from a clipboard as a clip, if that is what it is. */
export function clipFrom(text: string): Clip | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const read = JSON.parse(text) as Clip;
    const sound =
      read?.nexus === "clip" &&
      Object.values(read.nodes).every((node) => typeof node.kind === "string" && node.fields && node.next) &&
      Object.values(read.layout).every((one) => Number.isFinite(one.x) && Number.isFinite(one.y));
    return sound && Object.keys(read.nodes).length > 0 ? read : undefined;
  } catch {
    return undefined;
  }
}

function freeKey(key: string, taken: ReadonlySet<string>): string {
  if (!taken.has(key)) return key;
  const stem = key.replace(/_\d+$/, "");
  for (let at = 2; ; at++) if (!taken.has(`${stem}_${at}`)) return `${stem}_${at}`;
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
