import { expect, test } from "vitest";
import { arrange, gridOf, moved, stepped } from "./rows";
import { items } from "./values";

const grid = (text: string) =>
  gridOf(items(text.split(" ").flatMap((row) => [...row].map((id, at) => ({ id, beside: at > 0 })))));
const shown = (rows: string[][] | undefined) => rows?.map((row) => row.join("")).join(" ");
const target = { flow: "f", node: "n", path: ["buttons"] };

test.each([
  ["ab c", "c", { row: 0, place: 1, alone: false }, "acb"],
  ["ab c", "a", { row: 0, place: 2, alone: false }, "ba c"],
  ["ab c", "a", { row: 1, place: 0, alone: true }, "b a c"],
  ["ab c", "b", { row: 1, place: 1, alone: false }, "a cb"],
  ["a b c", "a", { row: 3, place: 0, alone: true }, "b c a"],
] as const)("%s with %s moved", (rows, id, to, expected) => expect(shown(moved(grid(rows), id, to))).toBe(expected));

test.each([
  ["ab c", "a", "right", "ba c"],
  ["ab c", "a", "left", undefined],
  ["ab c", "b", "down", "a b c"],
  ["ab c", "a", "up", "a b c"],
  ["ab c", "c", "up", "cab"],
  ["ab c", "c", "down", undefined],
] as const)("%s, %s one %s", (rows, id, step, expected) => expect(shown(stepped(grid(rows), id, step))).toBe(expected));

test("an arrangement as edits", () => {
  const before = grid("ab c");
  expect(arrange(target, before, [["c", "a"], ["b"]])).toEqual([
    { op: "move", ...target, path: ["buttons", { item: "b" }] },
    { op: "move", ...target, path: ["buttons", { item: "a" }], before: "b" },
    { op: "field", ...target, path: ["buttons", { item: "a" }, "beside"], value: true },
    { op: "field", ...target, path: ["buttons", { item: "b" }, "beside"] },
  ]);
  expect(arrange(target, before, [["a", "b"], ["c"]])).toEqual([]);
});
