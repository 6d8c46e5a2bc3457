import type { Edit, Group, Node, Note, Place } from "../api";
import { isTaken, type Point } from "./changes";
import type { FlowMirror } from "./flow-mirror";
import { snapped } from "./geometry";
import { nodeId } from "./ids";

/** What was copied: plain JSON that any window of the program, and any text file, can hold. */
export type Clip = {
  nexus: "clip";
  nodes: { [key in string]: Node };
  layout: { [key in string]: Place };
  notes?: { [key in string]: Note };
  groups?: { [key in string]: Group };
};

export function copy(flow: FlowMirror, ids: Iterable<string>): Clip | undefined {
  const nodes: Clip["nodes"] = {};
  const notes: { [key in string]: Note } = {};
  const layout: Clip["layout"] = {};
  for (const id of ids) {
    const node = flow.nodes.get(id);
    const note = flow.notes.get(id);
    if (node) nodes[id] = node;
    else if (note) notes[id] = note;
    else continue;
    const { width, height } = flow.near.rect(id) ?? {};
    layout[id] = note ? ({ w: width, h: height, ...flow.placeOf(id) } as Place) : flow.placeOf(id);
  }
  const groups: { [key in string]: Group } = {};
  for (const [id, members] of flow.grouped.members) {
    const one = flow.groups.get(id);
    if (one && members.every((member) => nodes[member])) groups[id] = one;
  }
  if (Object.keys(layout).length === 0) return undefined;
  const some = (table: object) => Object.keys(table).length > 0;
  return { nexus: "clip", nodes, layout, ...(some(notes) ? { notes } : {}), ...(some(groups) ? { groups } : {}) };
}

/** Text from a clipboard as a clip, if that is what it is. */
export function clipFrom(text: string): Clip | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const read = JSON.parse(text) as Clip;
    const sound =
      read?.nexus === "clip" &&
      Object.values(read.nodes).every((node) => typeof node.kind === "string" && node.fields && node.next) &&
      Object.values(read.notes ?? {}).every((note) => typeof note.text === "string") &&
      Object.values(read.groups ?? {}).every((group) => typeof group.title === "string") &&
      Object.values(read.layout).every((one) => Number.isFinite(one.x) && Number.isFinite(one.y));
    return sound && Object.keys({ ...read.nodes, ...read.notes }).length > 0 ? read : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Copies of nodes, notes and whole groups. Wires among the copied are copied too, wires that leave them are not. A node that was copied
 * without all of its group stays in it.
 */
export function paste(flow: FlowMirror, clip: Clip, at: Point): { ids: string[]; edits: Edit[] } {
  const made = new Map<string, string>();
  const used = new Set<string>();
  const taken = isTaken(flow);
  const groups = clip.groups ?? {};
  const notes = clip.notes ?? {};
  for (const id of [...Object.keys(clip.nodes), ...Object.keys(notes), ...Object.keys(groups)]) {
    const fresh = nodeId((id) => taken(id) || used.has(id));
    used.add(fresh);
    made.set(id, fresh);
  }
  const keys = new Set([...flow.nodes.values()].flatMap((node) => (node.key ? [node.key] : [])));
  const places = Object.values(clip.layout);
  const left = Math.min(...places.map((one) => one.x));
  const top = Math.min(...places.map((one) => one.y));
  const edits: Edit[] = [];
  const put = (id: string) => {
    const { x, y, ...rest } = clip.layout[id] ?? { x: left, y: top };
    const place = { ...rest, x: snapped(at.x + x - left), y: snapped(at.y + y - top) };
    edits.push({ op: "place", flow: flow.path, id: made.get(id) as string, place });
  };
  const within = (group: string | undefined) =>
    group === undefined ? undefined : groups[group] ? made.get(group) : flow.groups.has(group) ? group : undefined;
  for (const [id, group] of Object.entries(groups)) {
    const { parent, ...rest } = structuredClone(group);
    const around = within(parent);
    const copied: Group = { ...rest, ...(around === undefined ? {} : { parent: around }) };
    edits.push({ op: "group", flow: flow.path, id: made.get(id) as string, group: copied });
  }
  for (const [id, node] of Object.entries(clip.nodes)) {
    const next: { [key in string]: string } = {};
    for (const [port, target] of Object.entries(node.next)) {
      const inside = clip.nodes[target] && made.get(target);
      if (inside) next[port] = inside;
    }
    const { key, group, ...rest } = structuredClone(node);
    for (const field of flow.fieldsOf(node, "node")) {
      const inside = made.get(String(rest.fields[field]));
      if (inside) rest.fields[field] = inside;
    }
    const copied: Node = { ...rest, next };
    const free = key && freeKey(key, keys);
    if (free) {
      keys.add(free);
      copied.key = free;
    }
    const around = within(group);
    if (around !== undefined) copied.group = around;
    edits.push({ op: "node", flow: flow.path, id: made.get(id) as string, node: copied });
    put(id);
  }
  for (const [id, note] of Object.entries(notes)) {
    edits.push({ op: "note", flow: flow.path, id: made.get(id) as string, note: structuredClone(note) });
    put(id);
  }
  const ids = [...Object.keys(clip.nodes), ...Object.keys(notes)].map((id) => made.get(id) as string);
  return { ids, edits };
}

function freeKey(key: string, taken: ReadonlySet<string>): string {
  if (!taken.has(key)) return key;
  const stem = key.replace(/_\d+$/, "");
  for (let at = 2; ; at++) if (!taken.has(`${stem}_${at}`)) return `${stem}_${at}`;
}
