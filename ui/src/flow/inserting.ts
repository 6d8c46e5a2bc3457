import type { Edit, Node } from "../api";
import { isTaken, type Point } from "./changes";
import type { FlowMirror, Wire } from "./flow-mirror";
import { CARD_WIDTH, snapped } from "./geometry";
import { nodeId } from "./ids";
import { type Kinds, outPorts } from "./kinds";
import { downstream } from "./reach";

/** Nodes that come to stand in the middle of a wire. */

const GAP = 64;

/** The output by which a chain goes on: the first free one, else the first. */
export function mainPort(node: Node, kinds: Kinds): string | undefined {
  const ports = outPorts(node, kinds.get(node.kind)).filter((port) => port.role === "flow");
  return (ports.find((port) => node.next[port.id] === undefined) ?? ports[0])?.id;
}

/** The wire of a key, if it is there and leads somewhere. */
export function wireOf(flow: FlowMirror, source: string, port: string): Wire | undefined {
  const target = flow.nodes.get(source)?.next[port];
  return target !== undefined && flow.nodes.has(target) ? { source, port, target } : undefined;
}

/** A node of the flow that nothing leads to or from, put into a wire where it was dropped. */
export function insertInto(flow: FlowMirror, id: string, wire: Wire, kinds: Kinds): Edit[] {
  const node = flow.nodes.get(id);
  const port = node && mainPort(node, kinds);
  if (!node || !canInsert(flow, id, wire, kinds) || port === undefined) return [];
  return [
    { op: "wire", flow: flow.path, node: wire.source, port: wire.port, to: id },
    { op: "wire", flow: flow.path, node: id, port, to: wire.target },
  ];
}

export function canInsert(flow: FlowMirror, id: string, wire: Wire, kinds: Kinds): boolean {
  const node = flow.nodes.get(id);
  if (!node || id === wire.source || id === wire.target) return false;
  if (kinds.get(node.kind)?.trigger || mainPort(node, kinds) === undefined) return false;
  return Object.keys(node.next).length === 0 && flow.incoming(id).length === 0;
}

/** A new node in the middle of a wire; what comes after it makes room. */
export function addInto(flow: FlowMirror, node: Node, wire: Wire, kinds: Kinds): { id: string; edits: Edit[] } {
  const id = nodeId(isTaken(flow));
  const port = mainPort(node, kinds);
  const from = flow.placeOf(wire.source);
  const to = flow.placeOf(wire.target);
  const { at, shift } = between(from, to);
  const edits: Edit[] = [
    { op: "node", flow: flow.path, id, node: port ? { ...node, next: { [port]: wire.target } } : node },
    { op: "place", flow: flow.path, id, place: { x: snapped(at.x), y: snapped(at.y) } },
    { op: "wire", flow: flow.path, node: wire.source, port: wire.port, to: id },
  ];
  const group = flow.nodes.get(wire.source)?.group;
  if (group !== undefined && group === flow.nodes.get(wire.target)?.group && edits[0]?.op === "node" && edits[0].node)
    edits[0].node = { ...edits[0].node, group };
  if (shift > 0)
    for (const later of [wire.target, ...downstream(flow, [wire.target])]) {
      const place = flow.placeOf(later);
      // What leads back to the left stays where it is.
      if (place.x < to.x || later === wire.source) continue;
      edits.push({ op: "place", flow: flow.path, id: later, place: { ...place, x: place.x + shift } });
    }
  return { id, edits };
}

function between(from: Point, to: Point): { at: Point; shift: number } {
  const free = to.x - (from.x + CARD_WIDTH);
  if (to.x <= from.x) return { at: { x: from.x + CARD_WIDTH + GAP, y: from.y }, shift: 0 };
  const need = CARD_WIDTH + 2 * GAP;
  if (free >= CARD_WIDTH + 48)
    return { at: { x: from.x + CARD_WIDTH + (free - CARD_WIDTH) / 2, y: (from.y + to.y) / 2 }, shift: 0 };
  return { at: { x: from.x + CARD_WIDTH + GAP, y: to.y }, shift: snapped(need - free) };
}
