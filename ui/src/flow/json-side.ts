import type { Edit, Flow, Node, Value } from "../api";
import type { FlowMirror } from "./flow-mirror";
import { isTable, type Table } from "./values";

/** A node or a flow as JSON text, and the way back. */

export type Mistake = { from: number; to: number; message: string };

/** Why a text is not JSON, and where. */
export function jsonMistake(text: string): Mistake | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (thrown) {
    const message = (thrown as Error).message;
    const named = /position (\d+)/.exec(message)?.[1];
    const from = Math.min(named === undefined ? lastPlace(text) : Number(named), text.length);
    const tidy = message.replace(/ in JSON at position.*$/s, "").replace(/, ?"[\s\S]*$/, "");
    return {
      from: from >= text.length ? Math.max(0, text.trimEnd().length - 1) : from,
      to: Math.min(from + 1, text.length),
      message: tidy,
    };
  }
}

const lastPlace = (text: string) => text.trimEnd().length;

export function nodeText(node: Node): string {
  const { kind, v, key, name, group, fields, next, extra } = node;
  return print({
    kind,
    v,
    key,
    name,
    group,
    fields,
    next,
    ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
  });
}

export function flowText(flow: FlowMirror): string {
  return print({ id: flow.id, name: flow.name, inputs: flow.inputs, outputs: flow.outputs, ...partsOf(flow) });
}

const print = (value: unknown) => JSON.stringify(value, null, 2);

function partsOf(flow: FlowMirror) {
  return {
    nodes: sorted(flow.nodes),
    groups: sorted(flow.groups),
    notes: sorted(flow.notes),
    layout: sorted(flow.layout),
  };
}

function sorted<T>(map: ReadonlyMap<string, T>): { [key in string]: T } {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Read = { edits: Edit[] } | { mistake: string };

/** The edit that a changed text of a node means. */
export function nodeEdits(flow: FlowMirror, id: string, text: string): Read {
  const read: Value = JSON.parse(text);
  const mistake = nodeMistake(read);
  if (mistake) return { mistake };
  const before = flow.nodes.get(id);
  if (!before) return { mistake: "The node is gone." };
  const node = read as unknown as Node;
  if (node.key !== undefined && [...flow.nodes].some(([other, one]) => other !== id && one.key === node.key))
    return { mistake: `Another node has the key "${node.key}".` };
  return { edits: same(before, node) ? [] : [{ op: "node", flow: flow.path, id, node }] };
}

/** The edits that a changed text of a flow means: each slot that differs, all as one change. */
export function flowEdits(flow: FlowMirror, text: string): Read {
  const read: Value = JSON.parse(text);
  if (!isTable(read)) return { mistake: "A flow is an object." };
  for (const part of ["inputs", "outputs", "nodes", "groups", "notes", "layout"])
    if (!isTable(read[part])) return { mistake: `"${part}" should be an object.` };
  for (const part of ["id", "name"])
    if (typeof read[part] !== "string") return { mistake: `"${part}" should be a text.` };
  for (const [id, node] of Object.entries(read.nodes as Table)) {
    const mistake = nodeMistake(node);
    if (mistake) return { mistake: `${id}: ${mistake}` };
  }
  for (const [id, place] of Object.entries(read.layout as Table))
    if (!isTable(place) || typeof place.x !== "number" || typeof place.y !== "number")
      return { mistake: `${id}: A place has "x" and "y", which are numbers.` };
  const wanted = read as unknown as Flow;
  const path = flow.path;
  const edits: Edit[] = [];
  for (const prop of ["id", "name", "inputs", "outputs"] as const)
    if (!same(flow[prop], wanted[prop]))
      edits.push({ op: "flow_prop", flow: path, prop, value: wanted[prop] as Value });
  each(flow.nodes, wanted.nodes, (id, node) => edits.push({ op: "node", flow: path, id, ...(node ? { node } : {}) }));
  each(flow.groups, wanted.groups, (id, group) =>
    edits.push({ op: "group", flow: path, id, ...(group ? { group } : {}) }),
  );
  each(flow.notes, wanted.notes, (id, note) => edits.push({ op: "note", flow: path, id, ...(note ? { note } : {}) }));
  each(flow.layout, wanted.layout, (id, place) =>
    edits.push({ op: "place", flow: path, id, ...(place ? { place } : {}) }),
  );
  return { edits };
}

function nodeMistake(node: Value | undefined): string | undefined {
  if (!isTable(node)) return "A node is an object.";
  if (typeof node.kind !== "string" || node.kind === "") return '"kind" should be a text.';
  if (typeof node.v !== "number" || !Number.isInteger(node.v)) return '"v" should be a whole number.';
  if (!isTable(node.fields)) return '"fields" should be an object.';
  if (!isTable(node.next) || Object.values(node.next).some((to) => typeof to !== "string"))
    return '"next" should be an object of outputs and the nodes they lead to.';
  for (const name of ["key", "name", "group"])
    if (node[name] !== undefined && typeof node[name] !== "string") return `"${name}" should be a text.`;
  const known = ["kind", "v", "key", "name", "group", "fields", "next", "extra"];
  const odd = Object.keys(node).find((name) => !known.includes(name));
  return odd === undefined ? undefined : `A node has no "${odd}".`;
}

function each<T>(
  now: ReadonlyMap<string, T>,
  wanted: { [key in string]: T },
  put: (id: string, one?: T) => void,
): void {
  for (const [id, one] of Object.entries(wanted)) if (!same(now.get(id), one)) put(id, one);
  for (const id of now.keys()) if (!(id in wanted)) put(id);
}

/** Whatever the order of members. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const one = Object.entries(a).filter(([, value]) => value !== undefined);
  const other = Object.entries(b).filter(([, value]) => value !== undefined);
  return one.length === other.length && one.every(([key, value]) => same(value, (b as Record<string, unknown>)[key]));
}
