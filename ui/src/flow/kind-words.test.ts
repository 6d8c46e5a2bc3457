import { expect, test } from "vitest";
import { worded, wordsOf } from "./kind-words";
import { KINDS } from "./sample";

const kinds = [...KINDS.values()];

test("what is shown of a kind is said in other words, what is kept in files stays", () => {
  const loud = (text: string) => text.toUpperCase();
  for (const kind of kinds) {
    const other = worded(kind, loud);
    expect(other.title).toBe(kind.title.toUpperCase());
    expect(other.synonyms).toContain(kind.title);
    expect(other.example).toBe(kind.example);
    expect(other.fields.map((field) => field.name)).toEqual(kind.fields.map((field) => field.name));
    for (const [at, port] of kind.ports.entries()) if (port.at === "each") expect(other.ports[at]).toEqual(port);
  }
});

test("all words are told once, and holes alone are none", () => {
  const words = wordsOf(kinds);
  expect(words).toEqual([...new Set(words)].sort());
  for (const word of words) expect(word.replace(/\{\w+\}/g, "")).toMatch(/\p{L}/u);
});
