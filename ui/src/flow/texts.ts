import type { Descriptor, Field, Node, Seg, Value } from "../api";
import { idOf, isTable, tagged } from "./values";

/** A text of a node, with its place in the node's fields. */
export type FieldText = {
  path: Seg[];
  text: string;
  /** The labels of the fields on the way: "Buttons, Label". */
  where: string;
  /** What names something by its id: renamed as such, never by replacing letters. */
  fixed: boolean;
};

const known = new WeakMap<Node, readonly FieldText[]>();

/** Every text in a node's fields. Nodes never change in place, so what was found once stays true. */
export function textsOf(node: Node, kind: Descriptor | undefined): readonly FieldText[] {
  const before = known.get(node);
  if (before) return before;
  const found: FieldText[] = [];
  for (const [name, value] of Object.entries(node.fields)) {
    const field = kind?.fields.find((field) => field.name === name);
    visit(value, field, [name], field?.label ?? name, found);
  }
  known.set(node, found);
  return found;
}

function visit(value: Value, field: Field | undefined, path: Seg[], where: string, found: FieldText[]): void {
  if (typeof value === "string") {
    const is = field?.type.is;
    const fixed = is === "flow" || is === "node" || is === "choice" || is === "secret" || is === "prompt";
    found.push({ path, text: value, where, fixed });
    return;
  }
  if (Array.isArray(value)) {
    const inner = field?.type.is === "list" ? field.type.item : undefined;
    const seen = new Set<string>();
    value.forEach((item, at) => {
      const id = idOf(item);
      const named = id !== undefined && !seen.has(id);
      if (named) seen.add(id);
      const here: Seg[] = [...path, named ? { item: id } : at];
      if (isTable(item) && inner) {
        for (const [name, member] of Object.entries(item)) {
          if (name === "id") continue;
          const its = inner.find((one) => one.name === name);
          visit(member, its, [...here, name], `${where}, ${its?.label ?? name}`, found);
        }
      } else visit(item, undefined, here, where, found);
    });
    return;
  }
  if (!isTable(value)) return;
  if (tagged(value, "$num") !== undefined) return;
  const secret = tagged(value, "$secret");
  if (typeof secret === "string") {
    found.push({ path: [...path, "$secret"], text: secret, where, fixed: true });
    return;
  }
  const inner = field?.type.is === "map" ? field.type.value : undefined;
  for (const [name, member] of Object.entries(value)) {
    const tag = name.startsWith("$") || inner === undefined;
    visit(member, tag && !inner ? (name.startsWith("$") ? field : undefined) : inner, [...path, name], where, found);
  }
}
