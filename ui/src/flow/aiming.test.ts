import { expect, test } from "vitest";
import { aimAt } from "./aiming";
import { FlowMirror } from "./flow-mirror";
import { KINDS, node, view } from "./sample";

const flow = new FlowMirror(
  view(
    { a: node("start", {}, { out: "b" }), b: node("say"), c: node("say") },
    { layout: { a: { x: 0, y: 0 }, b: { x: 400, y: 0 }, c: { x: 800, y: 0 } } },
  ),
  KINDS,
);
const from = { end: "target", node: "b", port: "out" } as const;

test.each([
  ["a card", { x: 900, y: 10 }, { node: "c", wire: { source: "b", port: "out", target: "c" }, at: { x: 795, y: 15 } }],
  ["beside a card", { x: 790, y: 20 }, { node: "c" }],
  ["a trigger", { x: 50, y: 10 }, { node: "a", why: "Nothing can lead into a trigger" }],
  ["itself", { x: 450, y: 10 }, { node: "b", why: "A node cannot lead to itself" }],
])("a wire at %s", (_, point, wanted) => expect(aimAt(flow, KINDS, from, point)).toMatchObject(wanted));

test("a wire in the empty aims at nothing", () => {
  expect(aimAt(flow, KINDS, from, { x: 700, y: 300 })).toBeUndefined();
  expect(aimAt(flow, KINDS, from, { x: 636, y: 15 })).toBeUndefined();
});

test("what is connected is said so", () => {
  expect(aimAt(flow, KINDS, { end: "target", node: "a", port: "out" }, { x: 450, y: 5 })).toMatchObject({
    why: "These are connected already",
  });
});

test("out of an input it takes the other's output", () => {
  expect(aimAt(flow, KINDS, { end: "source", node: "c" }, { x: 450, y: 5 })).toMatchObject({
    wire: { source: "b", port: "out", target: "c" },
    at: { x: 637 },
  });
});
