import type { Descriptor, Field } from "../api";

type Say = (text: string) => string;

/** A kind with all that is shown of it said by `say`; what a value or a search needs stays as it is. */
export function worded(kind: Descriptor, say: Say): Descriptor {
  const title = said(kind.title, say);
  return {
    ...kind,
    title,
    // Who knows the English name finds it by that, too.
    synonyms: title === kind.title ? kind.synonyms : [...kind.synonyms, kind.title],
    summary: said(kind.summary, say),
    // The label of a port of a list is the name of the field that has it.
    ports: kind.ports.map((port) => (port.at === "fixed" ? { ...port, label: said(port.label, say) } : port)),
    fields: kind.fields.map((field) => wordedField(field, say)),
  };
}

function wordedField(field: Field, say: Say): Field {
  return { ...field, label: said(field.label, say), type: wordedType(field.type, say) };
}

function wordedType(type: Field["type"], say: Say): Field["type"] {
  switch (type.is) {
    case "choice":
      return { ...type, options: type.options.map((option) => ({ ...option, label: said(option.label, say) })) };
    case "list":
      return { ...type, item: type.item.map((field) => wordedField(field, say)) };
    case "map":
      return { ...type, value: wordedField(type.value, say) };
    default:
      return type;
  }
}

/** Holes alone have no words. */
function said(text: string, say: Say): string {
  return /\p{L}/u.test(text.replace(/\{\w+\}/g, "")) ? say(text) : text;
}

/** All words of the kinds, each once, sorted. */
export function wordsOf(kinds: readonly Descriptor[]): string[] {
  const words = new Set<string>();
  for (const kind of kinds)
    worded(kind, (text) => {
      words.add(text);
      return text;
    });
  return [...words].sort();
}
