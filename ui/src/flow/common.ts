import type { Field, Node, Value } from "../api";
import { applies, type Kinds } from "./kinds";

export type Common = { field: Field; value: Value | undefined; mixed: boolean };

/** Lists and tables are edited element by element, which means nothing across nodes. */
const APART = ["list", "map", "code", "node", "secret"];

/** The fields that all nodes have in the same form, with their value where it is the same. */
export function commonFields(nodes: readonly Node[], kinds: Kinds): Common[] {
  const [first, ...others] = nodes;
  if (!first || others.length === 0) return [];
  const fieldsOf = (node: Node) => {
    const fields = kinds.get(node.kind)?.fields ?? [];
    return fields.filter((field) => applies(field, node.fields, fields));
  };
  const all = others.map(fieldsOf);
  return fieldsOf(first).flatMap((field): Common[] => {
    if (APART.includes(field.type.is)) return [];
    const type = JSON.stringify(field.type);
    const shared = all.every((fields) =>
      fields.some((one) => one.name === field.name && JSON.stringify(one.type) === type),
    );
    if (!shared) return [];
    const values = nodes.map((node) => node.fields[field.name] ?? field.default);
    const mixed = values.some((value) => JSON.stringify(value) !== JSON.stringify(values[0]));
    return [{ field, value: mixed ? undefined : first.fields[field.name], mixed }];
  });
}
