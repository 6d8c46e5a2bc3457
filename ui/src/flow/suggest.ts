import { FILTERS } from "./filters";
import type { Name } from "./names";

// Apart from `names`, so that the list of filters is loaded with the editor of expressions alone.

export type Suggestion = { label: string; from: "name" | "filter" | "word"; about: string; apply?: string };

/** What fits where the caret stands in an expression, and where it would begin. */
export function suggestions(
  before: string,
  names: readonly Name[],
  asked: boolean,
): { from: number; list: Suggestion[] } | undefined {
  const filter = /\|\s*(\w*)$/.exec(before);
  if (filter) {
    const typed = filter[1] ?? "";
    return {
      from: before.length - typed.length,
      list: FILTERS.map((one) => ({ label: one.name, from: "filter", about: one.help })),
    };
  }
  // Not inside of a text in quotes.
  const open = before.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs, "").match(/["']/);
  if (open) return undefined;
  const path = /(?:[A-Za-z_]\w*\.)*(?:[A-Za-z_]\w*)?$/.exec(before)?.[0] ?? "";
  if (path === "" && !asked && !/(^|[({[,|=<>+\-*/~]|\b(?:and|or|not|in|if|else))\s*$/.test(before)) return undefined;
  const start = before.length - path.length;
  // `a[0].` and `f(x).`: nobody knows what is there.
  if (/[\w\])"']\.$/.test(before.slice(0, start)) && path !== "") return undefined;
  const list = names.map((name) => ({ label: name.path, from: "name" as const, about: name.about }));
  return { from: start, list };
}
