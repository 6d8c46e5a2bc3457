import type { Seg } from "../api";
import { Signal } from "./signal";

/** Where a person is in the open bot: which flow, what is selected. Belongs to this window alone. */
export class View extends Signal {
  flow: string | undefined;
  /** A file that is shown in place of a flow. */
  file: string | undefined;
  nodes: ReadonlySet<string> = NONE;
  /** Selected wires, as `source port`. */
  wires: ReadonlySet<string> = NONE;
  /** A place to bring into the window, and the field to put the caret into. Each request is a new object. */
  target: { node: string; field?: Seg[]; zoom?: boolean; still?: boolean } | undefined;
  /** What is being typed into on the canvas: a card's title, a note, or the title of a frame. */
  renaming: string | undefined;
  /** The flows that were walked through into this one, from the outermost on. */
  trail: readonly string[] = [];

  show(flow: string): void {
    if (this.flow === flow && this.file === undefined) return;
    if (this.flow !== flow) this.trail = [];
    this.flow = flow;
    this.file = undefined;
    this.nodes = NONE;
    this.wires = NONE;
    this.renaming = undefined;
    this.fire();
  }

  /** Walks into a flow that the one in view calls. */
  enter(flow: string): void {
    const { flow: from, trail } = this;
    if (from === undefined || from === flow) return;
    const been = trail.indexOf(flow);
    this.show(flow);
    this.trail = been >= 0 ? trail.slice(0, been) : [...trail, from];
    this.fire();
  }

  /** Walks back out to a flow of the trail. */
  leave(to: string): void {
    const at = this.trail.indexOf(to);
    const trail = at >= 0 ? this.trail.slice(0, at) : [];
    this.show(to);
    this.trail = trail;
    this.fire();
  }

  /** Selects something new and puts the caret into its first field; the canvas stays where it is. */
  begin(node: string, field?: string): void {
    this.nodes = new Set([node]);
    this.wires = NONE;
    this.target = { node, still: true, ...(field === undefined ? {} : { field: [field] }) };
    this.fire();
  }

  showFile(path: string): void {
    this.file = path;
    this.fire();
  }

  select(nodes: Iterable<string>, wires: Iterable<string> = NONE): void {
    const wanted = { nodes: new Set(nodes), wires: new Set(wires) };
    if (same(wanted.nodes, this.nodes) && same(wanted.wires, this.wires)) return;
    this.nodes = wanted.nodes;
    this.wires = wanted.wires;
    this.fire();
  }

  go(flow: string, node: string, field?: Seg[]): void {
    if (this.flow !== flow) this.trail = [];
    this.flow = flow;
    this.file = undefined;
    this.nodes = new Set([node]);
    this.wires = NONE;
    this.target = field ? { node, field } : { node };
    this.fire();
  }

  rename(node: string | undefined): void {
    this.renaming = node;
    this.fire();
  }

  /** The one selected node, if it is one. */
  get only(): string | undefined {
    return this.nodes.size === 1 ? [...this.nodes][0] : undefined;
  }
}

const NONE: ReadonlySet<string> = new Set();

export const wireKey = (source: string, port: string) => `${source} ${port}`;

export function wireEnds(key: string): { source: string; port: string } {
  const at = key.indexOf(" ");
  return { source: key.slice(0, at), port: key.slice(at + 1) };
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}
