import type { Edit } from "../api";
import type { FlowMirror } from "./flow-mirror";
import { type Kinds, outPorts } from "./kinds";

/** All that the given nodes lead to, they themselves only where a wire comes back to them. */
export function downstream(flow: FlowMirror, from: Iterable<string>): Set<string> {
  return walked(from, (id) => flow.outgoing(id).map((wire) => wire.target));
}

/** All that leads to the given nodes. */
export function upstream(flow: FlowMirror, from: Iterable<string>): Set<string> {
  return walked(from, (id) => flow.incoming(id).map((wire) => wire.source));
}

function walked(from: Iterable<string>, next: (id: string) => string[]): Set<string> {
  const found = new Set<string>();
  const queue = [...from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop())
    for (const to of next(id))
      if (!found.has(to)) {
        found.add(to);
        queue.push(to);
      }
  return found;
}

/** Why two nodes cannot take each other's place. */
export type Unswappable = "trigger" | "end";

/** Two nodes take each other's place in the chain and on the canvas; side ports keep where they lead. */
export function swap(flow: FlowMirror, a: string, b: string, kinds: Kinds): Edit[] | Unswappable {
  const first = flow.nodes.get(a);
  const second = flow.nodes.get(b);
  if (!first || !second || a === b) return [];
  if (kinds.get(first.kind)?.trigger || kinds.get(second.kind)?.trigger) return "trigger";
  const other = (id: string) => (id === a ? b : id === b ? a : id);
  const main = (id: string) => {
    const node = flow.nodes.get(id);
    return node && outPorts(node, kinds.get(node.kind)).find((port) => port.role === "flow")?.id;
  };
  const ports = new Map([
    [a, main(a)],
    [b, main(b)],
  ]);
  if (ports.get(a) === undefined || ports.get(b) === undefined) return "end";
  const wanted = new Map<string, { node: string; port: string; to?: string }>();
  const set = (node: string, port: string, to?: string) =>
    wanted.set(`${node} ${port}`, { node, port, ...(to === undefined ? {} : { to }) });
  for (const id of [a, b]) {
    const port = ports.get(id);
    const mirrored = ports.get(other(id));
    if (mirrored !== undefined) {
      const to = port === undefined ? undefined : flow.nodes.get(id)?.next[port];
      set(other(id), mirrored, to === undefined ? undefined : other(to));
    }
  }
  for (const id of [a, b])
    for (const wire of flow.incoming(id)) {
      if ((wire.source === a || wire.source === b) && ports.get(wire.source) === wire.port) continue;
      if (wire.source === other(id)) continue;
      if (wire.source !== id) set(wire.source, wire.port, other(id));
    }
  const edits: Edit[] = [];
  for (const { node, port, to } of wanted.values())
    if (flow.nodes.get(node)?.next[port] !== to)
      edits.push({ op: "wire", flow: flow.path, node, port, ...(to === undefined ? {} : { to }) });
  const from = flow.placeOf(a);
  const to = flow.placeOf(b);
  edits.push(
    { op: "place", flow: flow.path, id: a, place: { ...from, x: to.x, y: to.y } },
    { op: "place", flow: flow.path, id: b, place: { ...to, x: from.x, y: from.y } },
  );
  return edits;
}
