import type { Edit, Node } from "../api";
import { t } from "../words";
import { isTaken, newFlow } from "./changes";
import type { FlowMirror, Wire } from "./flow-mirror";
import { CARD_WIDTH, snapped } from "./geometry";
import { nodeId } from "./ids";
import type { Kinds } from "./kinds";

/** A part of a flow as a flow of its own, and back. */

const CALL = "logic.call";
const CALLED = "trigger.call";
const RETURN = "logic.return";

export type Refused = { why: string };
export type Extracted = { path: string; call: string; edits: Edit[] };

/** Moves nodes into a new flow and leaves a call of it in their place. */
export function extract(
  flow: FlowMirror,
  ids: Iterable<string>,
  kinds: Kinds,
  around: { paths: Iterable<string>; ids: Iterable<string> },
): Extracted | Refused {
  const moved = new Set([...ids].filter((id) => flow.nodes.has(id)));
  if (moved.size === 0) return { why: t("Select the nodes that are to become a flow of their own") };
  const into: Wire[] = [];
  const out: Wire[] = [];
  for (const id of moved) {
    const node = flow.nodes.get(id) as Node;
    if (kinds.get(node.kind)?.trigger) return { why: t("A trigger starts this flow and has to stay in it") };
    for (const wire of flow.incoming(id)) if (!moved.has(wire.source)) into.push(wire);
    for (const wire of flow.outgoing(id)) if (!moved.has(wire.target) && flow.nodes.has(wire.target)) out.push(wire);
  }
  const entries = new Set(into.map((wire) => wire.target));
  const exits = new Set(out.map((wire) => wire.target));
  if (entries.size > 1) return { why: t("Wires lead to more than one of these nodes: a flow has one beginning") };
  if (exits.size > 1) return { why: t("These nodes lead on to more than one place: a called flow comes back to one") };
  const entry = [...entries][0] ?? first(flow, moved);
  const exit = [...exits][0];
  const name = flow.nodes.get(entry)?.name ?? t("Part of {flow}", { flow: flow.name });
  const made = newFlow(name, around.paths, around.ids);
  const taken = isTaken(flow);
  const used = new Set<string>();
  const fresh = () => {
    const id = nodeId((id) => taken(id) || used.has(id));
    used.add(id);
    return id;
  };
  const [begin, end, call] = [fresh(), fresh(), fresh()];
  const box = flow.near.bounds(moved) ?? { x: 0, y: 0, width: CARD_WIDTH, height: 96 };
  const { value } = made;
  const place = flow.placeOf(entry);
  const plain = (kind: string, fields: Node["fields"], next: Node["next"]): Node => ({
    kind,
    v: kinds.get(kind)?.v ?? 1,
    fields,
    next,
  });
  value.nodes[begin] = plain(CALLED, {}, { out: entry });
  value.layout[begin] = { x: snapped(box.x - CARD_WIDTH - 64), y: place.y };
  for (const id of moved) {
    const node = structuredClone(flow.nodes.get(id) as Node);
    for (const [port, target] of Object.entries(node.next)) if (target === exit) node.next[port] = end;
    value.nodes[id] = node;
    value.layout[id] = flow.placeOf(id);
    for (let at = node.group; at !== undefined && !value.groups[at]; at = flow.groups.get(at)?.parent) {
      const group = flow.groups.get(at);
      if (group) value.groups[at] = group;
      else break;
    }
  }
  if (exit !== undefined) {
    value.nodes[end] = plain(RETURN, {}, {});
    value.layout[end] = { x: snapped(box.x + box.width + 64), y: flow.placeOf(out[0]?.source ?? entry).y };
  }
  const edits: Edit[] = [{ op: "flow", flow: made.path, value }];
  for (const { source, port } of into) edits.push({ op: "wire", flow: flow.path, node: source, port, to: call });
  for (const id of moved) {
    edits.push({ op: "node", flow: flow.path, id });
    if (flow.layout.has(id)) edits.push({ op: "place", flow: flow.path, id });
  }
  const groups = new Set([...moved].map((id) => flow.nodes.get(id)?.group));
  const stays = groups.size === 1 ? [...groups][0] : undefined;
  const node = plain(CALL, { flow: value.id }, exit === undefined ? {} : { out: exit });
  if (stays !== undefined && flow.grouped.members.get(stays)?.some((id) => !moved.has(id))) node.group = stays;
  edits.push({ op: "node", flow: flow.path, id: call, node: { ...node, name } });
  edits.push({ op: "place", flow: flow.path, id: call, place: { x: place.x, y: place.y } });
  for (const [id, members] of flow.grouped.members)
    if (members.every((member) => moved.has(member))) edits.push({ op: "group", flow: flow.path, id });
  return { path: made.path, call, edits };
}

/** Puts what a called flow does in the place of its call; the called flow stays, for others may call it. */
export function inline(
  flow: FlowMirror,
  call: string,
  called: FlowMirror | undefined,
): { ids: string[]; edits: Edit[] } | Refused {
  const node = flow.nodes.get(call);
  if (node?.kind !== CALL) return { why: t("Select a node that calls a flow") };
  if (!called || called === flow) return { why: t("The called flow is not here") };
  if (Object.keys(called.inputs).length > 0)
    return { why: t("“{flow}” takes inputs, which only a call can give", { flow: called.name }) };
  const begins = [...called.nodes].filter(([, one]) => one.kind === CALLED);
  const begin = begins[0];
  if (!begin || begins.length > 1)
    return { why: t("“{flow}” needs one beginning, “When called”", { flow: called.name }) };
  const returns = [...called.nodes].filter(([, one]) => one.kind === RETURN);
  if (returns.some(([, one]) => Object.keys((one.fields.outputs ?? {}) as object).length > 0))
    return { why: t("“{flow}” gives back values, which only a call can take", { flow: called.name }) };
  const others = [...called.nodes].filter(([, one]) => one.kind !== CALLED && one.kind !== RETURN);
  const taken = isTaken(flow);
  const used = new Set<string>();
  const names = new Map<string, string>();
  for (const id of [...others.map(([id]) => id), ...called.notes.keys(), ...called.groups.keys()]) {
    // A part that comes back keeps its names where it can.
    const name = taken(id) ? nodeId((one) => taken(one) || used.has(one)) : id;
    used.add(name);
    names.set(id, name);
  }
  const after = node.next.out;
  const ends = new Set(returns.map(([id]) => id));
  const leads = (to: string | undefined) => (to === undefined ? undefined : ends.has(to) ? after : names.get(to));
  const box = called.near.bounds(others.map(([id]) => id)) ?? { x: 0, y: 0, width: 0, height: 0 };
  const at = flow.placeOf(call);
  const by = { x: at.x - box.x, y: at.y - box.y };
  const shift = snapped(Math.max(0, box.width - CARD_WIDTH));
  const edits: Edit[] = [];
  for (const [id, group] of called.groups) {
    const { parent, ...rest } = group;
    const around = parent === undefined ? node.group : names.get(parent);
    edits.push({
      op: "group",
      flow: flow.path,
      id: names.get(id) as string,
      group: { ...rest, ...(around === undefined ? {} : { parent: around }) },
    });
  }
  const place = (id: string) => {
    const from = called.placeOf(id);
    const place = { ...from, x: snapped(from.x + by.x), y: snapped(from.y + by.y) };
    edits.push({ op: "place", flow: flow.path, id: names.get(id) as string, place });
  };
  for (const [id, one] of others) {
    const { group, ...copy } = structuredClone(one);
    const next: Node["next"] = {};
    for (const [port, to] of Object.entries(copy.next)) {
      const target = leads(to);
      if (target !== undefined) next[port] = target;
    }
    for (const field of called.fieldsOf(one, "node")) {
      const inside = names.get(String(copy.fields[field]));
      if (inside) copy.fields[field] = inside;
    }
    const around = group === undefined ? node.group : names.get(group);
    edits.push({
      op: "node",
      flow: flow.path,
      id: names.get(id) as string,
      node: { ...copy, next, ...(around === undefined ? {} : { group: around }) },
    });
    place(id);
  }
  for (const [id, note] of called.notes) {
    edits.push({ op: "note", flow: flow.path, id: names.get(id) as string, note });
    place(id);
  }
  const entry = leads(begin[1].next.out) ?? after;
  for (const { source, port } of flow.incoming(call))
    edits.push({ op: "wire", flow: flow.path, node: source, port, ...(entry === undefined ? {} : { to: entry }) });
  edits.push({ op: "node", flow: flow.path, id: call });
  if (flow.layout.has(call)) edits.push({ op: "place", flow: flow.path, id: call });
  if (shift > 0)
    for (const id of flow.nodes.keys()) {
      const its = flow.placeOf(id);
      if (id !== call && its.x > at.x + CARD_WIDTH / 2 && Math.abs(its.y - at.y) < Math.max(box.height, 240))
        edits.push({ op: "place", flow: flow.path, id, place: { ...its, x: its.x + shift } });
    }
  return { ids: [...others.map(([id]) => names.get(id) as string)], edits };
}

/** The flow that a node calls. */
export function calledBy(flow: FlowMirror, id: string | undefined): string | undefined {
  const node = id === undefined ? undefined : flow.nodes.get(id);
  const called = node?.kind === CALL ? node.fields.flow : undefined;
  return typeof called === "string" ? called : undefined;
}

/** Where a part begins that nothing leads into: at what nothing within it leads to, else at its left. */
function first(flow: FlowMirror, ids: ReadonlySet<string>): string {
  const list = [...ids].sort((a, b) => flow.placeOf(a).x - flow.placeOf(b).x);
  return list.find((id) => flow.incoming(id).length === 0) ?? (list[0] as string);
}
