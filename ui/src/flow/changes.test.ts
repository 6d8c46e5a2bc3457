import { expect, test } from "vitest";
import { add, connect, disconnect, newFlow, place, reconnect } from "./changes";
import { FlowMirror } from "./flow-mirror";
import { KINDS, node, view } from "./sample";

const flow = new FlowMirror(
  view(
    {
      a: node("start", {}, { out: "b" }),
      b: { ...node("say", { text: "Hi" }, { out: "c" }), key: "greet" },
      c: node("say", {}, { out: "b" }),
    },
    { layout: { a: { x: 0, y: 0 }, b: { x: 304, y: 0, w: 1 }, c: { x: 608, y: 0 } } },
  ),
  KINDS,
);
const path = "flows/main.flow.json";

test("moving names only what has moved, and keeps what else a place holds", () => {
  expect(
    place(
      flow,
      new Map([
        ["a", { x: 0, y: 0 }],
        ["b", { x: 312, y: 8.4 }],
      ]),
    ),
  ).toEqual([{ op: "place", flow: path, id: "b", place: { x: 312, y: 8, w: 1 } }]);
});

test("a node dragged out of a port comes with its wire", () => {
  const { id, edits } = add(flow, node("say"), { x: 13, y: 3 }, { end: "target", node: "c", port: "error" });
  expect(id).toMatch(/^[a-z][a-z0-9]{5}$/);
  expect(edits).toEqual([
    { op: "node", flow: path, id, node: node("say") },
    { op: "place", flow: path, id, place: { x: 16, y: 0 } },
    { op: "wire", flow: path, node: "c", port: "error", to: id },
  ]);
});

test("a node dragged out of an input leads there", () => {
  const { edits } = add(flow, node("say"), { x: 0, y: 0 }, { end: "source", node: "c", port: "out" });
  expect(edits[0]).toMatchObject({ node: { next: { out: "c" } } });
});

test("wires", () => {
  expect(connect(flow, { source: "a", port: "out", target: "b" })).toEqual([]);
  expect(disconnect(flow, [{ source: "a", port: "out" }])).toEqual([
    { op: "wire", flow: path, node: "a", port: "out" },
  ]);
  const old = { source: "a", port: "out", target: "b" };
  expect(reconnect(flow, old, { ...old, target: "c" })).toEqual([
    { op: "wire", flow: path, node: "a", port: "out", to: "c" },
  ]);
  expect(reconnect(flow, old, { source: "c", port: "error", target: "b" })).toEqual([
    { op: "wire", flow: path, node: "a", port: "out" },
    { op: "wire", flow: path, node: "c", port: "error", to: "b" },
  ]);
});

test("a new flow never takes another's path or id", () => {
  expect(newFlow("Große Bestellung!", [], [])).toMatchObject({
    path: "flows/gro-e-bestellung.flow.json",
    value: { name: "Große Bestellung!" },
  });
  expect(newFlow("Main", ["flows/main.flow.json"], ["main", "main-2"]).path).toBe("flows/main-3.flow.json");
  expect(newFlow("日本", [], []).path).toBe("flows/flow.flow.json");
});
