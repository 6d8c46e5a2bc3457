import { expect, test } from "vitest";
import { blocks } from "./Markdown";

test("the blocks of a note", () => {
  expect(blocks("# Why\nOne\ntwo\n\n- a\n- b\n1. c\n---\n```\nx < 1\n```")).toEqual([
    { is: "heading", level: 1, text: "Why" },
    { is: "text", text: "One\ntwo" },
    { is: "list", numbered: false, items: ["a", "b"] },
    { is: "list", numbered: true, items: ["c"] },
    { is: "line" },
    { is: "code", text: "x < 1" },
  ]);
});
