import type { Named, Seg } from "../api";
import { Signal } from "./signal";
import { Trail } from "./trail";

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
  callers: readonly string[] = [];
  /** Where one was, to go back and forward. */
  readonly trail = new Trail();
  /** What the uses of are asked for, or which entry of the explorer is to be shown. Each request is a new object. */
  asked: { uses: Named } | { reveal: Named } | undefined;
  private jumped: object | undefined;

  override fire(): void {
    const node = this.file === undefined && this.nodes.size === 1 ? [...this.nodes][0] : undefined;
    const stop = {
      ...(this.flow !== undefined ? { flow: this.flow } : {}),
      ...(this.file !== undefined ? { file: this.file } : {}),
      ...(node !== undefined ? { node } : {}),
    };
    this.trail.be(stop, this.jumped !== this.target);
    this.jumped = this.target;
    super.fire();
  }

  /** Asks where something is used. */
  usesOf(named: Named): void {
    this.asked = { uses: named };
    this.fire();
  }

  /** Shows something in the explorer. */
  reveal(named: Named): void {
    this.asked = { reveal: named };
    this.fire();
  }

  show(flow: string): void {
    if (this.flow === flow && this.file === undefined) return;
    if (this.flow !== flow) this.callers = [];
    this.flow = flow;
    this.file = undefined;
    this.nodes = NONE;
    this.wires = NONE;
    this.renaming = undefined;
    this.fire();
  }

  /** Walks into a flow that the one in view calls. */
  enter(flow: string): void {
    const { flow: from, callers } = this;
    if (from === undefined || from === flow) return;
    const been = callers.indexOf(flow);
    this.show(flow);
    this.callers = been >= 0 ? callers.slice(0, been) : [...callers, from];
    this.fire();
  }

  /** Walks back out to one of the callers. */
  leave(to: string): void {
    const at = this.callers.indexOf(to);
    const callers = at >= 0 ? this.callers.slice(0, at) : [];
    this.show(to);
    this.callers = callers;
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
    if (this.flow !== flow) this.callers = [];
    this.flow = flow;
    this.file = undefined;
    this.nodes = new Set([node]);
    this.wires = NONE;
    this.target = field ? { node, field } : { node };
    this.fire();
  }

  /** Going to where one was before is no jump of its own. */
  return(flow: string, node: string): void {
    this.target = { node };
    this.jumped = this.target;
    this.flow = flow;
    this.file = undefined;
    this.nodes = new Set([node]);
    this.wires = NONE;
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
