import type { Named, Seg, Usage } from "../api";
import type { FlowMirror } from "./flow-mirror";
import type { Kinds } from "./kinds";
import type { Mirror } from "./mirror";
import type { Hit } from "./search";
import { isTable, tagged, valueAt } from "./values";

const bytes = new TextEncoder();

/** What the studio found as it is shown: its places are bytes, those of a window letters. */
export function usagesAsHits(
  mirror: Mirror,
  kinds: Kinds,
  usages: readonly Usage[],
): { flow: FlowMirror; hits: Hit[] }[] {
  const groups = new Map<string, { flow: FlowMirror; hits: Hit[] }>();
  for (const { at } of usages) {
    const flow = mirror.flows.get(at.file);
    const node = at.node ? flow?.nodes.get(at.node) : undefined;
    const text = node && at.field ? valueAt(node.fields, at.field) : undefined;
    if (!flow || !node || !at.node || !at.field || typeof text !== "string") continue;
    const [from, to] = at.span ?? [0, 0];
    const kind = kinds.get(node.kind);
    const name = at.field[0];
    const where = kind?.fields.find((field) => field.name === name)?.label ?? String(name);
    const hit: Hit = {
      flow: at.file,
      id: at.node,
      part: "field",
      path: at.field,
      where,
      text,
      ranges: [{ from: letters(text, from), to: letters(text, to) }],
      free: false,
    };
    const group = groups.get(at.file) ?? { flow, hits: [] };
    group.hits.push(hit);
    groups.set(at.file, group);
  }
  return [...groups.values()];
}

/** How many letters (as JavaScript counts) the first bytes of a text are. */
export function letters(text: string, count: number): number {
  let at = 0;
  let sum = 0;
  for (const sign of text) {
    if (sum >= count) break;
    sum += bytes.encode(sign).length;
    at += sign.length;
  }
  return at;
}

/** What the name under the caret means: `user.total`, `nodes.greet.text`. */
export function namedAt(text: string, caret: number, flow: FlowMirror | undefined): Named | undefined {
  for (const match of text.matchAll(/\b(user|chat|bot|flow|nodes)\.([A-Za-z_]\w*)/g)) {
    if (caret < match.index || caret > match.index + match[0].length) continue;
    const [, scope = "", name = ""] = match;
    if (scope !== "nodes")
      return { is: "variable", scope, name, ...(scope === "flow" && flow ? { flow: flow.path } : {}) };
    for (const [node, { key }] of flow?.nodes ?? [])
      if (flow && key === name) return { is: "node", flow: flow.path, node };
  }
  return undefined;
}

/** What a node leads to by a field: the flow it calls, the node it jumps to, the variable it sets. */
export function namedBy(flow: FlowMirror, id: string, kinds: Kinds): Named | undefined {
  const node = flow.nodes.get(id);
  for (const field of kinds.get(node?.kind ?? "")?.fields ?? []) {
    const value = node?.fields[field.name];
    const secret = tagged(value, "$secret");
    if (typeof secret === "string") return { is: "secret", name: secret };
    if (typeof value !== "string" || !value) continue;
    if (field.type.is === "flow") return { is: "flow", id: value };
    if (field.type.is === "node") return { is: "node", flow: flow.path, node: value };
    const [scope, name] = value.split(".");
    if (field.type.is === "variable" && scope && name)
      return { is: "variable", scope, name, ...(scope === "flow" ? { flow: flow.path } : {}) };
  }
  return undefined;
}

/** Where something is made, to go there: a flow, a node, or a place in the explorer. */
export type Definition = { flow: string; node?: string; field?: Seg[] } | { reveal: Named };

export function definition(mirror: Mirror, named: Named): Definition | undefined {
  if (named.is === "flow") {
    const flow = mirror.flowById(named.id);
    return flow && { flow: flow.path };
  }
  if (named.is === "node")
    return mirror.flows.get(named.flow)?.nodes.has(named.node) ? { flow: named.flow, node: named.node } : undefined;
  if (named.is === "secret") return { reveal: named };
  const declared = variablesOf(mirror).some(({ scope, name }) => scope === named.scope && name === named.name);
  return declared ? { reveal: named } : undefined;
}

/** The variables that bot.json declares. */
export function variablesOf(mirror: Mirror): { scope: string; name: string; type: string }[] {
  const { variables } = mirror.manifest;
  if (!isTable(variables)) return [];
  return ["user", "chat", "bot"].flatMap((scope) => {
    const its = variables[scope];
    if (!isTable(its)) return [];
    return Object.entries(its).map(([name, declared]) => ({
      scope,
      name,
      type: isTable(declared) && typeof declared.type === "string" ? declared.type : "any",
    }));
  });
}

/** The names of the secrets that bot.json names. */
export function secretsOf(mirror: Mirror): string[] {
  const { secrets } = mirror.manifest;
  return isTable(secrets) ? Object.keys(secrets) : [];
}
