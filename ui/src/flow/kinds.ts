import type { Descriptor, Field, Node, Platform, Value } from "../api";
import { idOf, items, plain } from "./values";

export type Kinds = ReadonlyMap<string, Descriptor>;

export type OutPort = {
  id: string;
  label: string;
  role: "flow" | "error" | "compensate" | "lost";
  /** The list field whose element this port belongs to. */
  field?: string;
};

export function kindsOf(descriptors: readonly Descriptor[]): Kinds {
  return new Map(descriptors.map((descriptor) => [descriptor.kind, descriptor]));
}

/**
 * Every output port of a node: those its kind declares, one per list element, and used ones nobody declares (`lost`). How it is taken
 * back is asked only inside a transaction.
 */
export function outPorts(node: Node, kind: Descriptor | undefined, inTransaction = false): OutPort[] {
  const ports: OutPort[] = [];
  for (const port of kind?.ports ?? []) {
    if (port.at === "fixed") {
      if (port.role === "compensate" && !inTransaction && node.next[port.id] === undefined) continue;
      ports.push({ id: port.id, label: port.label, role: port.role });
      continue;
    }
    for (const { id, item } of items(node.fields[port.field]))
      ports.push({ id, label: plain(item[port.label]) || id, role: "flow", field: port.field });
  }
  const known = new Set(ports.map((port) => port.id));
  for (const id of Object.keys(node.next)) if (!known.has(id)) ports.push({ id, label: id, role: "lost" });
  return ports;
}

export function hasInput(kind: Descriptor | undefined): boolean {
  return !kind?.trigger;
}

export function titleOf(node: Node, kind: Descriptor | undefined): string {
  return node.name || kind?.title || node.kind;
}

/** A node as it is put on the canvas for the first time: the kind's example, with list items given ids of their own. */
export function fresh(kind: Descriptor, itemId: (taken: (id: string) => boolean) => string): Node {
  const fields = structuredClone(kind.example.fields);
  for (const field of kind.fields) {
    // The example's flows and nodes are not those of this bot.
    if (field.type.is === "flow" || field.type.is === "node") delete fields[field.name];
    if (fields[field.name] === undefined && field.default !== undefined)
      fields[field.name] = structuredClone(field.default);
    const list = fields[field.name];
    if (field.type.is !== "list" || !Array.isArray(list)) continue;
    const used = new Set<string>();
    for (const item of list) {
      if (idOf(item) === undefined) continue;
      const id = itemId((taken) => used.has(taken));
      used.add(id);
      (item as { id: string }).id = id;
    }
  }
  return { kind: kind.kind, v: kind.v, fields, next: {} };
}

/** Whether a field takes part, given its siblings' values. */
export function applies(field: Field, fields: { [key in string]: Value }, all: readonly Field[]): boolean {
  const when = field.when;
  if (!when) return true;
  const value = fields[when.field] ?? all.find((other) => other.name === when.field)?.default ?? null;
  return when.is.some((allowed) => JSON.stringify(allowed) === JSON.stringify(value));
}

export function emptyItem(fields: readonly Field[], id: string): Value {
  const item: { [key in string]: Value } = { id };
  for (const field of fields) {
    if (field.default !== undefined) item[field.name] = structuredClone(field.default);
    else if (field.required && (field.type.is === "text" || field.type.is === "expr"))
      item[field.name] = field.type.is === "expr" ? { $expr: "" } : "";
  }
  return item;
}

/** How well a kind answers a search: 0 = not at all; higher is better. Compatible kinds come first at equal match. */
export function matches(kind: Descriptor, words: string): number {
  const query = words.trim().toLowerCase();
  if (!query) return 1;
  const title = kind.title.toLowerCase();
  if (title === query) return 100;
  // Of all that begins with "send", the kind that is called so.
  if (kind.kind.split(".").at(-1) === query) return 90;
  if (title.startsWith(query)) return 80;
  if (title.split(/\s+/).some((word) => word.startsWith(query))) return 60;
  const synonyms = kind.synonyms.map((synonym) => synonym.toLowerCase());
  if (synonyms.some((synonym) => synonym === query)) return 55;
  if (synonyms.some((synonym) => synonym.startsWith(query))) return 45;
  if (title.includes(query) || synonyms.some((synonym) => synonym.includes(query))) return 30;
  if (kind.kind.includes(query) || kind.group.startsWith(query)) return 20;
  const parts = query.split(/\s+/);
  const hay = `${title} ${synonyms.join(" ")} ${kind.kind}`;
  return parts.length > 1 && parts.every((part) => hay.includes(part)) ? 15 : 0;
}

export function runsOn(kind: Descriptor, channels: readonly Platform[]): boolean {
  return kind.platforms.length === 0 || channels.length === 0 || kind.platforms.some((one) => channels.includes(one));
}
