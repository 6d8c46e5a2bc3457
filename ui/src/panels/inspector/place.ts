import { createContext, useCallback, useContext, useMemo } from "react";
import type { Edit, Field, Node, Problem, Seg, Value } from "../../api";
import { useBot, useOpenBot, type Wrong } from "../../components";
import { namesOf, tagOf, unitsAt, type Values } from "../../flow";
import { inside, t } from "../../words";

/** Where an editor writes: a path inside one node's fields, and in the same place of others that are edited with it. */
export type Target = { flow: string; node: string; path: Seg[]; also?: readonly string[] };

export type EditorProps = {
  field: Field;
  value: Value | undefined;
  target: Target;
  disabled: boolean;
  /** Several nodes are edited, and their values differ. */
  mixed?: boolean | undefined;
  /** One of many in a list, with the list's own tools beside it. */
  bare?: boolean;
};

export const controlId = (path: readonly Seg[]) =>
  `field-${path.map((seg) => (typeof seg === "object" ? seg.item : seg)).join("-")}`;

export const at = (target: Target, ...more: Seg[]): Target => ({ ...target, path: [...target.path, ...more] });

/** Only what an edit knows. */
export const spot = ({ flow, node, path }: Target) => ({ flow, node, path });

/** Sends a value to where an editor writes. */
export function useWrite(field: Field, target: Target) {
  const bot = useOpenBot();
  return (value: Value | undefined) =>
    bot.change(
      t("Edit {what}", { what: inside(field.label) }),
      [target.node, ...(target.also ?? [])].map(
        (node): Edit => ({ op: "field", ...spot({ ...target, node }), ...(value === undefined ? {} : { value }) }),
      ),
    );
}

const NONE: readonly Problem[] = [];

/** What is wrong with exactly this field: its value as such, an expression in it, one of its languages. */
export function useProblems(target: Target): readonly Problem[] {
  const problems = useBot((bot) => (bot.linked ? bot.mirror.trouble.ofNode(target.flow, target.node) : NONE));
  return problems.filter((problem) => {
    const field = problem.at.field;
    if (!field || field.length < target.path.length) return false;
    const more = field.slice(target.path.length);
    return (
      JSON.stringify(field.slice(0, target.path.length)) === JSON.stringify(target.path) &&
      (more.length === 0 || more[0] === "$expr" || more[0] === "$t")
    );
  });
}

/** The worst thing to say about a field. */
export function useTrouble(target: Target) {
  const here = useProblems(target)[0];
  return here && { tone: here.severity, text: here.message };
}

/** The parts of a text that something is wrong with. */
export function useWrongs(target: Target, text: string): Wrong[] {
  return useProblems(target).flatMap(({ at, severity, message, help }) => {
    if (!at.span) return [];
    const [from, to] = at.span;
    return [
      { from: unitsAt(text, from), to: unitsAt(text, to), severity, message: help ? `${message} ${help}` : message },
    ];
  });
}

/** What names hold right now, where somebody knows; a run that is looked at fills this in. */
export const ValuesContext = createContext<Values | undefined>(undefined);
export const useValues = () => useContext(ValuesContext);

/** The names that an expression here can use, worked out when they are asked for. */
export function useNames() {
  const bot = useOpenBot();
  return useCallback(() => namesOf(bot.mirror.manifest, bot.flow, bot.kinds), [bot]);
}

/** The node that is written to. */
export function useNode(target: Target): Node | undefined {
  return useBot((bot) => bot.mirror.flows.get(target.flow)?.nodes.get(target.node));
}

/** The networks a bot lives on; both, if it does not say. */
export function useChannels(): ("telegram" | "discord")[] {
  const manifest = useBot((bot) => bot.mirror.manifest);
  return useMemo(() => {
    const named = Array.isArray(manifest.channels) ? manifest.channels : [];
    const known = (["telegram", "discord"] as const).filter((one) => named.includes(one));
    return known.length > 0 ? known : ["telegram", "discord"];
  }, [manifest]);
}

export const isExpression = (value: Value | undefined) => tagOf(value) === "$expr";
