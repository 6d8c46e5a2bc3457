/**
 * What the program says. The English text is the key of the catalogue: the code reads as what is shown, and a text
 * nobody has translated yet is shown in English.
 */

export type Language = "en" | "de";
export type Holes = { [hole in string]: string | number };

/** Each language by its own name. */
export const LANGUAGES: Record<Language, string> = { en: "English", de: "Deutsch" };

/** What the program says itself, and what the kinds of nodes bring along: there the same word can mean something else. */
const CATALOGUES: Record<Exclude<Language, "en">, () => Promise<{ default: Catalogue }[]>> = {
  de: () => Promise.all([import("./de.json"), import("./kinds.de.json")]),
};
type Catalogue = { [text in string]: string };

let language: Language = "en";
let catalogue: Catalogue = {};
let kinds: Catalogue = {};

/** A text in the person's language, its `{holes}` filled. */
export function t(text: string, holes?: Holes): string {
  const said = catalogue[text] ?? text;
  return holes ? said.replace(/\{(\w+)\}/g, (hole, name) => String(holes[name] ?? hole)) : said;
}

/** A text of a kind of node in the person's language. */
export function ofKind(text: string): string {
  return kinds[text] ?? text;
}

/** A label inside of a sentence. German nouns stay as they are. */
export function inside(label: string): string {
  return language === "en" ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/** A text about a number of things: `one` for one of them, `other` for none or more; `{n}` is the number. */
export function many(n: number, one: string, other: string, holes?: Holes): string {
  return t(n === 1 ? one : other, { n: n.toLocaleString(language), ...holes });
}

/** The language that is spoken. */
export function spoken(): Language {
  return language;
}

/** Speaks another language from now on; what is already drawn has to be drawn anew. */
export async function speak(next: Language): Promise<void> {
  const [own, ofKinds] = next === "en" ? [] : await CATALOGUES[next]();
  catalogue = own?.default ?? {};
  kinds = ofKinds?.default ?? {};
  language = next;
  if (typeof document !== "undefined") document.documentElement.lang = next;
}

/** The first language of the person's that the program speaks. */
export function wanted(preferred: readonly string[]): Language {
  for (const one of preferred) {
    const short = one.slice(0, 2).toLowerCase();
    if (short in LANGUAGES) return short as Language;
  }
  return "en";
}
