import type { Edit, Seg } from "../api";
import type { FlowMirror } from "./flow-mirror";
import { type Kinds, titleOf } from "./kinds";
import type { Mirror } from "./mirror";
import { textsOf } from "./texts";

export type Query = { words: string; matchCase: boolean; wholeWord: boolean; regex: boolean };
export type Range = { from: number; to: number };
export type Find = (text: string) => readonly Range[];

export type Hit = {
  flow: string;
  /** The node, note or group; none for the flow itself. */
  id?: string;
  part: "title" | "key" | "field" | "note" | "group" | "flow";
  path?: Seg[];
  /** The labels on the way to the field. */
  where?: string;
  text: string;
  ranges: readonly Range[];
  /** Whether its letters may be replaced. What names something is renamed instead. */
  free: boolean;
};

const NONE: readonly Range[] = [];
const WORD = /[\p{L}\p{N}_]/u;

/** How a query finds; or what is wrong with it. */
export function finder(query: Query): Find | { trouble: string } {
  if (query.words === "") return () => NONE;
  if (!query.regex && !query.matchCase && !query.wholeWord) {
    const words = query.words.toLowerCase();
    // The quickest way, for what is asked with every letter typed. Few letters change their length with their case.
    return (text) => {
      const low = text.toLowerCase();
      if (!low.includes(words)) return NONE;
      if (low.length === text.length) return all(low, words);
      return matchAll(text, new RegExp(escaped(query.words), "giu"));
    };
  }
  let pattern: RegExp;
  try {
    pattern = expression(query);
  } catch (thrown) {
    return { trouble: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  const whole = (text: string, { from, to }: Range) =>
    !(WORD.test(text[from - 1] ?? "") && WORD.test(text[from] ?? "")) &&
    !(WORD.test(text[to] ?? "") && WORD.test(text[to - 1] ?? ""));
  return (text) => {
    const found = matchAll(text, pattern);
    return query.wholeWord ? found.filter((range) => whole(text, range)) : found;
  };
}

/** Everything in one flow that a query finds, in the order of its nodes. */
export function searchFlow(flow: FlowMirror, kinds: Kinds, find: Find): Hit[] {
  const hits: Hit[] = [];
  const look = (text: string, hit: Omit<Hit, "text" | "ranges" | "flow">) => {
    const ranges = text ? find(text) : NONE;
    if (ranges.length > 0) hits.push({ flow: flow.path, ...hit, text, ranges });
  };
  look(flow.name, { part: "flow", free: true });
  for (const [id, node] of flow.nodes) {
    const kind = kinds.get(node.kind);
    look(titleOf(node, kind), { id, part: "title", free: Boolean(node.name) });
    look(node.key ?? "", { id, part: "key", free: false });
    for (const { path, text, where, fixed } of textsOf(node, kind))
      look(text, { id, part: "field", path, where, free: !fixed });
  }
  for (const [id, note] of flow.notes) look(note.text, { id, part: "note", free: true });
  for (const [id, group] of flow.groups) look(group.title, { id, part: "group", free: true });
  return hits;
}

export function searchBot(mirror: Mirror, kinds: Kinds, find: Find): { flow: FlowMirror; hits: Hit[] }[] {
  return [...mirror.flows.values()]
    .map((flow) => ({ flow, hits: searchFlow(flow, kinds, find) }))
    .filter(({ hits }) => hits.length > 0);
}

/** Puts other letters where a query found some; everything as one change. `only` is one place of the hit. */
export function replacing(mirror: Mirror, hits: readonly Hit[], query: Query, by: string, only?: Range): Edit[] {
  return hits.flatMap((hit): Edit[] => {
    const flow = mirror.flows.get(hit.flow);
    if (!flow || !hit.free || flow.readOnly !== undefined) return [];
    const text = replaced(hit.text, only ? [only] : hit.ranges, query, by);
    if (text === hit.text) return [];
    const at = { flow: hit.flow };
    if (hit.part === "flow") return [{ op: "flow_prop", ...at, prop: "name", value: text }];
    if (hit.id === undefined) return [];
    if (hit.part === "title") return [{ op: "prop", ...at, node: hit.id, prop: "name", value: text }];
    if (hit.part === "field" && hit.path) return [{ op: "field", ...at, node: hit.id, path: hit.path, value: text }];
    const note = flow.notes.get(hit.id);
    if (hit.part === "note" && note) return [{ op: "note", ...at, id: hit.id, note: { ...note, text } }];
    const group = flow.groups.get(hit.id);
    if (hit.part === "group" && group) return [{ op: "group", ...at, id: hit.id, group: { ...group, title: text } }];
    return [];
  });
}

function replaced(text: string, ranges: readonly Range[], query: Query, by: string): string {
  let out = "";
  let done = 0;
  for (const { from, to } of ranges) {
    const found = text.slice(from, to);
    // `$1` of a pattern means its first bracket, as everywhere else.
    out += text.slice(done, from) + (query.regex ? found.replace(expression(query, ""), by) : by);
    done = to;
  }
  return out + text.slice(done);
}

/** A piece of a text around what was found, short enough for one line. */
export function excerpt(text: string, range: Range, around = 28): { before: string; found: string; after: string } {
  const flat = (part: string) => part.replace(/\s+/g, " ");
  const start = Math.max(0, range.from - around);
  return {
    before: (start > 0 ? "…" : "") + flat(text.slice(start, range.from)).trimStart(),
    found: flat(text.slice(range.from, range.to)),
    after: flat(text.slice(range.to, range.to + 160)),
  };
}

function expression(query: Query, more = "g"): RegExp {
  const source = query.regex ? query.words : escaped(query.words);
  return new RegExp(source, `${more}mu${query.matchCase ? "" : "i"}`);
}

function escaped(words: string): string {
  return words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function all(text: string, words: string): Range[] {
  const found: Range[] = [];
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length))
    found.push({ from: at, to: at + words.length });
  return found;
}

function matchAll(text: string, pattern: RegExp): readonly Range[] {
  const found: Range[] = [];
  for (const match of text.matchAll(pattern))
    if (match[0] !== "") found.push({ from: match.index, to: match.index + match[0].length });
  return found.length > 0 ? found : NONE;
}
