import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MOST, measured } from "./limits";

test("the limits are those that the checks know", () => {
  const rust = readFileSync(new URL("../../../crates/flow/src/limits.rs", import.meta.url), "utf8");
  const known = new Map<string, (number | undefined)[]>();
  const row = /^ {4}(\w+) in "\w+": (None|Some\(\(\d+, ([\w:]+)\)\)), (None|Some\(\(\d+, ([\w:]+)\)\));/gm;
  const number = (text: string | undefined) => (text === undefined || text === "usize::MAX" ? undefined : Number(text));
  for (const [, name = "", , telegram, , discord] of rust.matchAll(row))
    known.set(name.replace(/(?!^)([A-Z])/g, "_$1").toLowerCase(), [number(telegram), number(discord)]);
  for (const [name, most] of Object.entries(MOST))
    expect([name, most.telegram, most.discord]).toEqual([name, ...(known.get(name) ?? [])]);
});

test("the data of a button", () => {
  expect(measured("callback_data", "aü😀", "telegram")).toBe(7);
  expect(measured("callback_data", "aü😀", "discord")).toBe(3);
  expect(measured("message_text", "aü😀", "telegram")).toBe(3);
});
