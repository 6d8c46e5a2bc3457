import type { ELK as Elk, ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import { type FlowMirror, FRAME, type Point, type Rect, snapped, spots, touches } from "../flow";

let elk: Promise<Elk> | undefined;

/** The layout engine works in a worker and comes only when it is asked for. */
function engine(): Promise<Elk> {
  elk ??= Promise.all([import("elkjs/lib/elk-api.js"), import("elkjs/lib/elk-worker.min.js?url")]).then(
    ([{ default: Engine }, { default: url }]) => new Engine({ workerFactory: () => new Worker(url) }),
  );
  return elk;
}

const LAYERED = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": "72",
  "elk.spacing.nodeNode": "40",
  "elk.spacing.componentComponent": "72",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
};

/** Places in which every chain can be read from left to right, with what is in a group together. Notes stay with the node they are at. */
export async function tidied(flow: FlowMirror, only?: ReadonlySet<string>): Promise<Map<string, Point>> {
  const ids = [...flow.nodes.keys()].filter((id) => !only || only.has(id));
  const inside = new Set(ids);
  const before = flow.near.bounds(ids);
  if (ids.length === 0 || !before) return new Map();
  ids.sort((a, b) => flow.placeOf(a).y - flow.placeOf(b).y || flow.placeOf(a).x - flow.placeOf(b).x);

  const parts = new Map<string, ElkNode>();
  const root: ElkNode = { id: "root", layoutOptions: LAYERED, children: [] };
  const holder = (group: string | undefined, depth = 0): ElkNode => {
    const one = group === undefined || depth > 16 ? undefined : flow.groups.get(group);
    // Of a group that is tidied in part, the frame follows.
    const whole = group !== undefined && flow.grouped.members.get(group)?.every((id) => inside.has(id));
    if (!one || group === undefined || !whole) return root;
    const known = parts.get(`group ${group}`);
    if (known) return known;
    const made: ElkNode = {
      id: `group ${group}`,
      children: [],
      layoutOptions: {
        ...LAYERED,
        "elk.padding": `[top=${FRAME.top.toString()},left=${FRAME.side.toString()},bottom=${FRAME.bottom.toString()},right=${FRAME.side.toString()}]`,
      },
    };
    parts.set(made.id, made);
    holder(one.parent, depth + 1).children?.push(made);
    return made;
  };
  const back = returning(flow, ids);
  const edges: ElkExtendedEdge[] = [];
  for (const id of ids) {
    const card = flow.card(id);
    const rect = flow.near.rect(id);
    const node = flow.nodes.get(id);
    if (!card || !rect || !node) continue;
    holder(node.group).children?.push({
      id,
      width: rect.width,
      height: rect.height,
      layoutOptions: { "elk.portConstraints": "FIXED_POS" },
      ports: [
        { id: `${id} in`, x: 0, y: 15, width: 0, height: 0, layoutOptions: { "elk.port.side": "WEST" } },
        ...spots(card).map((spot) => ({
          id: `${id} out ${spot.id}`,
          x: spot.x,
          y: spot.y,
          width: 0,
          height: 0,
          layoutOptions: { "elk.port.side": spot.side === "right" ? "EAST" : "SOUTH" },
        })),
      ],
    });
    for (const { port, target } of flow.outgoing(id))
      if (inside.has(target) && target !== id && !back.has(`${id} ${port}`))
        edges.push({ id: `${id} ${port}`, sources: [`${id} out ${port}`], targets: [`${target} in`] });
  }
  root.edges = edges;
  // What is above stays above. With groups in the graph the engine fails over it.
  if (parts.size === 0)
    root.layoutOptions = { ...LAYERED, "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES" };
  const done = await (await engine()).layout(root);

  const places = new Map<string, Point>();
  const walk = (node: ElkNode, x: number, y: number) => {
    for (const child of node.children ?? []) {
      const at = { x: x + (child.x ?? 0), y: y + (child.y ?? 0) };
      if (inside.has(child.id)) places.set(child.id, at);
      walk(child, at.x, at.y);
    }
  };
  walk(done, 0, 0);
  const left = Math.min(...[...places.values()].map((at) => at.x));
  const top = Math.min(...[...places.values()].map((at) => at.y));
  for (const [id, at] of places)
    places.set(id, { x: snapped(at.x - left + before.x), y: snapped(at.y - top + before.y) });
  notes(flow, places, only);
  return places;
}

/** The wires that lead back to where a run has been, read from the triggers on: they must not turn the order around. */
export function returning(flow: FlowMirror, ids: readonly string[]): Set<string> {
  const back = new Set<string>();
  const state = new Map<string, "open" | "done">();
  const starts = [...ids].sort((a, b) => flow.incoming(a).length - flow.incoming(b).length);
  for (const start of starts) {
    if (state.has(start)) continue;
    state.set(start, "open");
    const stack = [{ id: start, wires: flow.outgoing(start) }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const wire = top.wires.shift();
      if (!wire) {
        state.set(top.id, "done");
        stack.pop();
      } else if (state.get(wire.target) === "open") back.add(`${wire.source} ${wire.port}`);
      else if (!state.has(wire.target) && flow.nodes.has(wire.target)) {
        state.set(wire.target, "open");
        stack.push({ id: wire.target, wires: flow.outgoing(wire.target) });
      }
    }
  }
  return back;
}

/** How far from a node a note is still about it. */
const BESIDE = 240;

function notes(flow: FlowMirror, places: Map<string, Point>, only: ReadonlySet<string> | undefined): void {
  for (const id of flow.notes.keys()) {
    const note = flow.near.rect(id);
    if (!note || (only && !only.has(id))) continue;
    const area = {
      x: note.x - BESIDE,
      y: note.y - BESIDE,
      width: note.width + 2 * BESIDE,
      height: note.height + 2 * BESIDE,
    };
    let nearest: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const other of flow.near.within(area)) {
      const rect = places.has(other) ? flow.near.rect(other) : undefined;
      if (!rect || !flow.nodes.has(other)) continue;
      const far = Math.hypot(
        rect.x + rect.width / 2 - note.x - note.width / 2,
        rect.y + rect.height / 2 - note.y - note.height / 2,
      );
      if (far < least) {
        least = far;
        nearest = other;
      }
    }
    const from = nearest && flow.near.rect(nearest);
    const to = nearest && places.get(nearest);
    if (!from || !to) continue;
    const at = { x: note.x + to.x - from.x, y: note.y + to.y - from.y };
    // Where it would cover something now, it goes up until it does not.
    for (let tries = 0; tries < 40 && covers({ ...note, ...at }, id, flow, places); tries++) at.y -= 48;
    places.set(id, { x: snapped(at.x), y: snapped(at.y) });
  }
}

function covers(rect: Rect, id: string, flow: FlowMirror, places: ReadonlyMap<string, Point>): boolean {
  for (const [other, at] of places) {
    const its = other === id ? undefined : flow.near.rect(other);
    if (its && touches(rect, { ...its, ...at })) return true;
  }
  return false;
}
