import type { Descriptor, Node, Value } from "../api";
import { inside, many, t } from "../words";
import { applies, outPorts } from "./kinds";
import { conditionSaid, told } from "./telling";
import { items, plain } from "./values";

/** A piece of a card's sentence: words of the kind, or a value the person typed. */
export type Piece = { text: string; own: boolean };

/** The kind's summary with its `{field}` holes filled in. An empty hole shows its label, not as the person's own word. */
export function sentence(
  node: Node,
  kind: Descriptor | undefined,
  names: (field: string, value: Value) => string | undefined = () => undefined,
): Piece[] {
  if (!kind) return [{ text: t("This kind is not installed. It is kept as it is."), own: false }];
  const own = told(node);
  if (own) return [{ text: shorten(own), own: true }];
  if (!kind.summary) return listed(node, kind);
  const pieces: Piece[] = [];
  for (const part of kind.summary.split(/(\{[a-z0-9_]+\})/i)) {
    if (part === "") continue;
    const name = part.startsWith("{") && part.endsWith("}") ? part.slice(1, -1) : undefined;
    if (name === undefined) {
      pieces.push({ text: part, own: false });
      continue;
    }
    const field = kind.fields.find((field) => field.name === name);
    // What does not take part is not asked for either.
    if (field && !applies(field, node.fields, kind.fields)) continue;
    const value = node.fields[name] ?? field?.default;
    const text = value === undefined || value === null ? "" : readable(value, field, names);
    if (text.trim()) pieces.push({ text: shorten(text.trim()), own: true });
    else pieces.push({ text: `‹${inside(field?.label ?? name)}›`, own: false });
  }
  return pieces;
}

/** A kind without a sentence is told by its list: one line for each element that has no port of its own. */
function listed(node: Node, kind: Descriptor): Piece[] {
  const ported = new Set(kind.ports.flatMap((port) => (port.at === "each" ? [port.field] : [])));
  const field = kind.fields.find((field) => field.type.is === "list" && !ported.has(field.name));
  if (field?.type.is !== "list") return [];
  const { item } = field.type;
  const lines = items(node.fields[field.name]).map(({ item: values }) =>
    item
      .flatMap((inner) => {
        const value = values[inner.name] ?? inner.default;
        const text = value === undefined || value === null ? "" : readable(value, inner, () => undefined);
        return text ? [inner.type.is === "choice" ? inside(text) : text] : [];
      })
      .join(" "),
  );
  return lines.length > 0 ? [{ text: shorten(lines.join("\n")), own: true }] : [];
}

function readable(
  value: Value,
  field: Descriptor["fields"][number] | undefined,
  names: (field: string, value: Value) => string | undefined,
): string {
  if (!field) return plain(value);
  const type = field.type;
  if (type.is === "choice") return type.options.find((option) => option.value === value)?.label ?? plain(value);
  if (type.is === "list" && Array.isArray(value)) return `${value.length} ${inside(field.label)}`;
  if (type.is === "expr") return conditionSaid(value);
  if (type.is === "code")
    return (
      plain(value)
        .split("\n")
        .find((line) => line.trim())
        ?.trim() ?? ""
    );
  return names(type.is, value) ?? plain(value);
}

const LONGEST = 160;

function shorten(text: string): string {
  const tidy = text.replace(/[ \t]+/g, " ").replace(/\n{2,}/g, "\n");
  return tidy.length > LONGEST ? `${tidy.slice(0, LONGEST - 1)}…` : tidy;
}

/** What a screen reader says of a node. */
export function spoken(node: Node, kind: Descriptor | undefined): string {
  const title = node.name ? `${node.name}, ${kind?.title ?? node.kind}` : (kind?.title ?? node.kind);
  const ends = outPorts(node, kind).filter((port) => node.next[port.id]).length;
  const says = sentence(node, kind)
    .map((piece) => piece.text)
    .join("");
  return `${title}. ${says}. ${ends === 0 ? t("Not connected onwards") : many(ends, "{n} wire out", "{n} wires out")}`;
}
