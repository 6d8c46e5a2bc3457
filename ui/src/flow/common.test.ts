import { expect, test } from "vitest";
import { commonFields } from "./common";
import { KINDS, node } from "./sample";

const told = (...nodes: ReturnType<typeof node>[]) =>
  commonFields(nodes, KINDS).map(({ field, value, mixed }) => [field.name, mixed ? "mixed" : value]);

test("fields of nodes of one kind", () => {
  expect(told(node("say", { text: "a" }), node("say", { text: "a" }))).toContainEqual(["text", "a"]);
  expect(told(node("say", { text: "a" }), node("say", { text: "b" }))).toContainEqual(["text", "mixed"]);
  expect(told(node("say", { text: "a" }))).toEqual([]);
});

test("lists stay with their nodes; unknown kinds have nothing in common", () => {
  expect(told(node("ask"), node("ask")).map(([name]) => name)).not.toContain("buttons");
  expect(told(node("say", { text: "a" }), node("nobody", { text: "a" }))).toEqual([]);
});
