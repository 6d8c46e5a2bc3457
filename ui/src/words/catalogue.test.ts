import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import german from "./de.json";
import germanKinds from "./kinds.de.json";
import kindWords from "./kinds.json";

const ROOT = join(import.meta.dirname, "..");

/** Every text that the code says through the catalogue. */
function said(): Set<string> {
  const texts = new Set<string>();
  for (const file of sources(ROOT)) {
    const code = readFileSync(file, "utf8");
    for (const call of code.matchAll(/(?<![.\w])t\(\s*("(?:[^"\\]|\\.)*")/g)) texts.add(JSON.parse(call[1] as string));
    for (const call of code.matchAll(/(?<![.\w])many\(([\s\S]*?)("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*")/g)) {
      texts.add(JSON.parse(call[2] as string));
      texts.add(JSON.parse(call[3] as string));
    }
  }
  return texts;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !name.includes(".test.") ? [path] : [];
  });
}

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]).sort();

test("all that is said has German, and no German is left over", () => {
  expect([...said()].filter((text) => !(text in german))).toEqual([]);
  // Some texts stand in a table and are said from there.
  const code = sources(ROOT).map((file) => readFileSync(file, "utf8"));
  const written = new Set(code.flatMap((text) => text.match(/"(?:[^"\\\n]|\\.)*"/g) ?? []));
  expect(Object.keys(german).filter((text) => !written.has(JSON.stringify(text)))).toEqual([]);
});

test("the German is sorted and keeps the holes", () => {
  const keys = Object.keys(german);
  expect(keys).toEqual([...keys].sort());
  // "{n}" may go where the number stands in the sentence itself: "One problem".
  for (const [text, its] of Object.entries({ ...german, ...germanKinds } as Record<string, string>))
    expect([text, holes(its)]).toEqual([text, holes(text)]);
});

test("the kinds of nodes have German for all their words, and no more", () => {
  expect(Object.keys(germanKinds)).toEqual(kindWords);
});
