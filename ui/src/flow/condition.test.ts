import { expect, test } from "vitest";
import { conditionOf, expressionOf, literal } from "./condition";
import { parts, tokens, unitsAt } from "./expr";

test.each([
  ["bot.total > 100", "and", [["bot.total", ">", "100"]]],
  [
    'user.topic == "books" and user.age >= 18',
    "and",
    [
      ["user.topic", "==", '"books"'],
      ["user.age", ">=", "18"],
    ],
  ],
  [
    "msg.text | lower == 'yes' or not user.name",
    "or",
    [
      ["msg.text | lower", "==", "'yes'"],
      ["user.name", "fails", ""],
    ],
  ],
  ['"vip" in user.tags', "and", [["user.tags", "contains", '"vip"']]],
  ['"vip" not in user.tags', "and", [["user.tags", "lacks", '"vip"']]],
  ["user.size in [1, 2]", "and", [["user.size", "in", "[1, 2]"]]],
  [
    "flow.order is defined and flow.x is not defined",
    "and",
    [
      ["flow.order", "defined", ""],
      ["flow.x", "undefined", ""],
    ],
  ],
  ['bot.cart | where("open", true)', "and", [['bot.cart | where("open", true)', "holds", ""]]],
  ["(a or b) == c", "and", [["(a or b)", "==", "c"]]],
  ["a.in == b", "and", [["a.in", "==", "b"]]],
])("%s as rows, and back", (text, join, rows) => {
  const read = conditionOf(text);
  expect(read?.join).toBe(join);
  expect(read?.rows.map((row) => [row.left, row.is, row.right])).toEqual(rows);
  const printed = expressionOf(read as NonNullable<typeof read>);
  expect(printed).toBe(text);
  expect(conditionOf(printed)).toEqual(read);
});

test.each(["a and b or c", "1 < a < 3", "a if b else c", "not a == b", "a is even", "f(", "a)", "a = b", "a ? b"])(
  "%s stays text",
  (text) => expect(conditionOf(text)).toBeUndefined(),
);

test("what is written out", () => {
  expect(literal("'it\\'s'")).toEqual({ is: "text", text: "it's" });
  expect(literal("-2.5")).toEqual({ is: "number", text: "-2.5" });
  expect(literal("True")).toEqual({ is: "truth", text: "true" });
  expect(literal("bot.x").is).toBe("worked");
});

test("pieces cover the text", () => {
  const text = 'user.first_name | default("é", true) ~ 3 ? #';
  expect(
    tokens(text)
      .map((token) => token.text)
      .join(""),
  ).toBe(text);
  const template = "Hi {{ user.name }}{% if a %}b{# c #} {{ open";
  const cut = parts(template);
  expect(cut.map((part) => part.is)).toEqual(["text", "hole", "tag", "text", "comment", "text", "hole"]);
  expect(cut.map((part) => template.slice(part.from, part.to)).join("")).toBe(template);
  expect(unitsAt("é😀x", 6)).toBe(3);
});
