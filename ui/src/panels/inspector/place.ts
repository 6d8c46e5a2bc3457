import type { Edit, Field, Problem, Seg, Value } from "../../api";
import { useBot, useOpenBot } from "../../components";
import { samePath } from "../../flow";

/** Where an editor writes: a path inside one node's fields. */
export type Target = { flow: string; node: string; path: Seg[] };

export type EditorProps = { field: Field; value: Value | undefined; target: Target; disabled: boolean };

export const controlId = (path: readonly Seg[]) =>
  `field-${path.map((seg) => (typeof seg === "object" ? seg.item : seg)).join("-")}`;

export const at = (target: Target, ...more: Seg[]): Target => ({ ...target, path: [...target.path, ...more] });

/** Sends a value to where an editor writes. */
export function useWrite(field: Field, target: Target) {
  const bot = useOpenBot();
  return (value: Value | undefined) =>
    bot.change(`Edit ${field.label.toLowerCase()}`, [
      { op: "field", ...target, ...(value === undefined ? {} : { value }) } satisfies Edit,
    ]);
}

const NONE: readonly Problem[] = [];

/** The worst thing to say about exactly this field. */
export function useTrouble(target: Target) {
  const problems = useBot((bot) => (bot.linked ? bot.mirror.trouble.ofNode(target.flow, target.node) : NONE));
  const here = problems.find((problem) => samePath(problem.at.field, target.path));
  return here && { tone: here.severity, text: here.message };
}
