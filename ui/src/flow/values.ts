import type { Seg, Value } from "../api";

/** What a field's value is: plain JSON, or one tagged object. */
export type Tag = "$expr" | "$secret" | "$t" | "$raw" | "$num";
const TAGS: readonly string[] = ["$expr", "$secret", "$t", "$raw", "$num"];

export type Table = { [key in string]: Value };

export function isTable(value: Value | undefined): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function tagOf(value: Value | undefined): Tag | undefined {
  if (!isTable(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 && TAGS.includes(keys[0] ?? "") ? (keys[0] as Tag) : undefined;
}

export function tagged(value: Value | undefined, tag: Tag): Value | undefined {
  return tagOf(value) === tag ? (value as Table)[tag] : undefined;
}

/** A value as a person would read it on one card: never JSON where a word will do. */
export function plain(value: Value | undefined, locale?: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((item) => plain(item, locale)).join(", ");
  const inner = (tag: Tag) => tagged(value, tag);
  if (inner("$expr") !== undefined) return String(inner("$expr"));
  if (inner("$secret") !== undefined) return `secret ${String(inner("$secret"))}`;
  if (inner("$num") !== undefined) return String(inner("$num"));
  const locales = inner("$t");
  if (isTable(locales)) return plain((locale && locales[locale]) || Object.values(locales)[0], locale);
  return JSON.stringify(inner("$raw") ?? value);
}

/** The value at `path`; elements of keyed lists are found by their id. */
export function valueAt(value: Value | undefined, path: readonly Seg[]): Value | undefined {
  let at = value;
  for (const seg of path) {
    if (typeof seg === "object") at = Array.isArray(at) ? at.find((item) => idOf(item) === seg.item) : undefined;
    else if (typeof seg === "number") at = Array.isArray(at) ? at[seg] : undefined;
    else at = isTable(at) ? at[seg] : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}

export function idOf(item: Value | undefined): string | undefined {
  return isTable(item) && typeof item.id === "string" ? item.id : undefined;
}

export function items(value: Value | undefined): { id: string; item: Table }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => (isTable(item) && typeof item.id === "string" ? [{ id: item.id, item }] : []));
}
