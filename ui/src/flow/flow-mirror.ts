import type { FlowView, Group, Node, Note, Patch, Place, Value } from "../api";
import { fallbackPlaces } from "./fallback";
import { CARD_WIDTH, type Card, cardOf } from "./geometry";
import { Grouped } from "./grouping";
import { type Kinds, titleOf } from "./kinds";
import { Near } from "./near";
import { sentence } from "./summary";

export type Wire = { source: string; port: string; target: string };
type Parts = Extract<Patch, { at: "parts" }>;
type Names = (type: string, value: Value) => string | undefined;

/** A note whose size nobody has set. */
export const NOTE = { w: 232, h: 120 };

/** One flow of the open bot, with what the canvas asks of it all the time kept ready: who wires to whom, what lies where. */
export class FlowMirror {
  readonly path: string;
  id: string;
  name: string;
  inputs: { [key in string]: Value };
  outputs: { [key in string]: Value };
  readonly readOnly: string | undefined;
  readonly unresolved: Value | undefined;
  readonly nodes: Map<string, Node>;
  readonly groups: Map<string, Group>;
  readonly notes: Map<string, Note>;
  readonly layout: Map<string, Place>;
  readonly near = new Near();
  /** Grows with every patch; what is drawn from this flow is fresh while this stands. */
  version = 0;
  private readonly arriving = new Map<string, Map<string, Wire>>();
  private readonly cards = new Map<string, Card>();
  private fallback: Map<string, Place>;
  private known: { at: number; grouped: Grouped } | undefined;

  constructor(
    view: FlowView,
    private readonly kinds: Kinds,
    private readonly names: Names = () => undefined,
  ) {
    const { flow } = view;
    this.path = view.path;
    this.readOnly = view.read_only ?? undefined;
    this.id = flow.id;
    this.name = flow.name;
    this.inputs = flow.inputs;
    this.outputs = flow.outputs;
    this.unresolved = flow.unresolved;
    this.nodes = new Map(Object.entries(flow.nodes));
    this.groups = new Map(Object.entries(flow.groups));
    this.notes = new Map(Object.entries(flow.notes));
    this.layout = new Map(Object.entries(flow.layout));
    this.fallback = fallbackPlaces(this.nodes, this.layout);
    for (const [id, node] of this.nodes) {
      this.link(id, node);
      this.locate(id);
    }
    for (const id of this.notes.keys()) this.locate(id);
  }

  card(id: string): Card | undefined {
    const known = this.cards.get(id);
    if (known) return known;
    const node = this.nodes.get(id);
    if (!node) return undefined;
    const kind = this.kinds.get(node.kind);
    const card = cardOf(node, kind, sentence(node, kind, this.named), this.inTransaction(node));
    this.cards.set(id, card);
    return card;
  }

  /** Who is in which group; worked out anew only after a change. */
  get grouped(): Grouped {
    if (this.known?.at !== this.version) this.known = { at: this.version, grouped: new Grouped(this) };
    return this.known.grouped;
  }

  placeOf(id: string): Place {
    return this.layout.get(id) ?? this.fallback.get(id) ?? { x: 0, y: 0 };
  }

  /** Does the node lie in a group that happens whole or not at all? */
  inTransaction(node: Node): boolean {
    const seen = new Set<string>();
    for (let id = node.group; id !== undefined && !seen.has(id); id = this.groups.get(id)?.parent) {
      if (this.groups.get(id)?.extra?.transaction === true) return true;
      seen.add(id);
    }
    return false;
  }

  /** The names of a node's fields of one type. */
  fieldsOf(node: Node, type: string): string[] {
    const fields = this.kinds.get(node.kind)?.fields ?? [];
    return fields.filter((field) => field.type.is === type).map((field) => field.name);
  }

  /** Wires that end at a node. */
  incoming(id: string): Wire[] {
    return [...(this.arriving.get(id)?.values() ?? [])];
  }

  outgoing(id: string): Wire[] {
    return Object.entries(this.nodes.get(id)?.next ?? {}).map(([port, target]) => ({ source: id, port, target }));
  }

  get wireCount(): number {
    let count = 0;
    for (const wires of this.arriving.values()) count += wires.size;
    return count;
  }

  apply(patch: Parts): void {
    this.version += 1;
    if (patch.id != null) this.id = patch.id;
    if (patch.name != null) this.name = patch.name;
    if (patch.inputs != null) this.inputs = patch.inputs;
    if (patch.outputs != null) this.outputs = patch.outputs;
    merge(this.groups, patch.groups);
    // Whether a card shows how it is taken back depends on its group.
    if (patch.groups) this.cards.clear();
    const touched = new Set<string>();
    for (const [id, place] of Object.entries(patch.layout ?? {})) {
      if (place) this.layout.set(id, place);
      else this.layout.delete(id);
      touched.add(id);
    }
    for (const [id, node] of Object.entries(patch.nodes ?? {})) {
      this.unlink(id);
      this.cards.delete(id);
      if (node) {
        this.nodes.set(id, node);
        this.link(id, node);
      } else this.nodes.delete(id);
      touched.add(id);
    }
    for (const id of Object.keys(patch.notes ?? {})) touched.add(id);
    merge(this.notes, patch.notes);
    if ([...touched].some((id) => this.nodes.has(id) && !this.layout.has(id)))
      this.fallback = fallbackPlaces(this.nodes, this.layout);
    for (const id of touched) this.locate(id);
  }

  /** What a value that names something is called; nodes are known here. */
  private readonly named: Names = (type, value) => {
    const node = type === "node" && typeof value === "string" ? this.nodes.get(value) : undefined;
    return node ? titleOf(node, this.kinds.get(node.kind)) : this.names(type, value);
  };

  private locate(id: string): void {
    const place = this.placeOf(id);
    const card = this.nodes.has(id) ? this.card(id) : undefined;
    if (card) this.near.put(id, { x: place.x, y: place.y, width: CARD_WIDTH, height: card.height });
    else if (this.notes.has(id))
      this.near.put(id, { x: place.x, y: place.y, width: place.w ?? NOTE.w, height: place.h ?? NOTE.h });
    else this.near.drop(id);
  }

  private link(source: string, node: Node): void {
    for (const [port, target] of Object.entries(node.next)) {
      const wires = this.arriving.get(target) ?? new Map<string, Wire>();
      wires.set(`${source} ${port}`, { source, port, target });
      this.arriving.set(target, wires);
    }
  }

  private unlink(source: string): void {
    for (const [port, target] of Object.entries(this.nodes.get(source)?.next ?? {})) {
      const wires = this.arriving.get(target);
      wires?.delete(`${source} ${port}`);
      if (wires?.size === 0) this.arriving.delete(target);
    }
  }
}

function merge<T>(into: Map<string, T>, patch: { [key in string]: T | null } | undefined): void {
  for (const [id, value] of Object.entries(patch ?? {})) {
    if (value === null) into.delete(id);
    else into.set(id, value);
  }
}
