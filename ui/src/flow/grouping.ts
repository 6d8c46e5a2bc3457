import type { Edit, Group } from "../api";
import { t } from "../words";
import { isTaken } from "./changes";
import type { FlowMirror } from "./flow-mirror";
import { nodeId } from "./ids";
import type { Rect } from "./near";

/** Frames around nodes. That one is folded stands in the file, in a member of its own. */

/** The colours that groups and notes can have; a file may name any. */
export const COLOURS = ["blue", "violet", "teal", "green", "amber", "orange", "red", "pink"] as const;

export const FRAME = { side: 24, top: 48, bottom: 24 };
export const FOLDED_HEIGHT = 64;

/** The group of a frame on the canvas; frames and nodes must not share their names there. */
export const frameId = (group: string) => `group ${group}`;
export const groupOf = (frame: string) => (frame.startsWith("group ") ? frame.slice("group ".length) : undefined);

export function group(flow: FlowMirror, ids: Iterable<string>): { id: string; edits: Edit[] } | undefined {
  const members = [...ids].filter((id) => flow.nodes.has(id));
  if (members.length === 0) return undefined;
  const id = nodeId(isTaken(flow));
  const parents = new Set(members.map((member) => flow.nodes.get(member)?.group));
  const parent = parents.size === 1 ? [...parents][0] : undefined;
  const made: Group = {
    title: t("New group"),
    ...(parent !== undefined && flow.groups.has(parent) ? { parent } : {}),
  };
  return {
    id,
    edits: [
      { op: "group", flow: flow.path, id, group: made },
      ...members.map((node): Edit => ({ op: "prop", flow: flow.path, node, prop: "group", value: id })),
      ...emptied(flow, new Set(members)).map((gone): Edit => ({ op: "group", flow: flow.path, id: gone })),
    ],
  };
}

/** Takes groups apart: what is in them moves up to the group around. */
export function ungroup(flow: FlowMirror, groups: Iterable<string>): Edit[] {
  const edits: Edit[] = [];
  const gone = new Set([...groups].filter((id) => flow.groups.has(id)));
  const above = (id: string | undefined): string | undefined => {
    let at = id;
    while (at !== undefined && gone.has(at)) at = flow.groups.get(at)?.parent;
    return at;
  };
  for (const [node, { group }] of flow.nodes)
    if (group !== undefined && gone.has(group)) {
      const value = above(group);
      edits.push({ op: "prop", flow: flow.path, node, prop: "group", ...(value === undefined ? {} : { value }) });
    }
  for (const [id, one] of flow.groups)
    if (!gone.has(id) && one.parent !== undefined && gone.has(one.parent)) {
      const { parent: _, ...rest } = one;
      const parent = above(one.parent);
      edits.push({ op: "group", flow: flow.path, id, group: { ...rest, ...(parent === undefined ? {} : { parent }) } });
    }
  for (const id of gone) edits.push({ op: "group", flow: flow.path, id });
  return edits;
}

/** A group with other words, another colour, or folded. */
export function regroup(
  flow: FlowMirror,
  id: string,
  to: { title?: string; color?: string | undefined; folded?: boolean },
): Edit[] {
  const now = flow.groups.get(id);
  if (!now) return [];
  const next: Group = { ...now };
  if (to.title !== undefined) next.title = to.title;
  if ("color" in to) {
    if (to.color) next.color = to.color;
    else delete next.color;
  }
  if (to.folded !== undefined) {
    const { folded: _, ...extra } = now.extra ?? {};
    const kept = to.folded ? { ...extra, folded: true } : extra;
    if (Object.keys(kept).length > 0) next.extra = kept;
    else delete next.extra;
  }
  return [{ op: "group", flow: flow.path, id, group: next }];
}

/** Groups that would have nothing in them without these nodes. */
function emptied(flow: FlowMirror, moved: ReadonlySet<string>): string[] {
  const counts = new Map<string, number>();
  for (const node of flow.nodes.values()) if (node.group) counts.set(node.group, (counts.get(node.group) ?? 0) + 1);
  const left = new Map(counts);
  for (const id of moved) {
    const from = flow.nodes.get(id)?.group;
    if (from) left.set(from, (left.get(from) ?? 0) - 1);
  }
  const parents = new Set([...flow.groups.values()].map((one) => one.parent));
  // A group all of whose nodes go into a new one inside of it stays around that one.
  const ofOne = new Set([...moved].map((id) => flow.nodes.get(id)?.group));
  return [...left].flatMap(([id, count]) =>
    count === 0 && flow.groups.has(id) && !parents.has(id) && ofOne.size > 1 ? [id] : [],
  );
}

/** What the canvas asks about groups all the time, worked out once a version of the flow. */
export class Grouped {
  /** All nodes inside of a group, those of groups within it too. */
  readonly members = new Map<string, string[]>();
  /** The outermost folded group that a node is inside of. */
  readonly foldedIn = new Map<string, string>();

  constructor(private readonly flow: FlowMirror) {
    for (const [id, node] of flow.nodes) {
      const seen = new Set<string>();
      for (let at = node.group; at !== undefined && !seen.has(at); at = flow.groups.get(at)?.parent) {
        seen.add(at);
        const one = flow.groups.get(at);
        if (!one) break;
        const list = this.members.get(at);
        if (list) list.push(id);
        else this.members.set(at, [id]);
        if (one.extra?.folded === true) this.foldedIn.set(id, at);
      }
    }
  }

  /** A group's frame; nested frames lie inside of it. */
  frame(id: string, rectOf: (node: string) => Rect | undefined, depth = 0): Rect | undefined {
    let box: Rect | undefined;
    for (const member of this.members.get(id) ?? []) box = joined(box, rectOf(member));
    for (const [child, one] of this.flow.groups)
      if (one.parent === id && depth < 8) {
        const inner = this.frame(child, rectOf, depth + 1);
        if (inner) box = joined(box, { ...inner, x: inner.x, y: inner.y });
      }
    return (
      box && {
        x: box.x - FRAME.side,
        y: box.y - FRAME.top,
        width: box.width + 2 * FRAME.side,
        height: box.height + FRAME.top + FRAME.bottom,
      }
    );
  }
}

function joined(a: Rect | undefined, b: Rect | undefined): Rect | undefined {
  if (!a || !b) return a ?? b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}
