import { expect, test } from "vitest";
import { FlowMirror } from "./flow-mirror";
import { KINDS, node, view } from "./sample";

const three = () =>
  new FlowMirror(
    view(
      { a: node("start", {}, { out: "b" }), b: node("say", { text: "Hi" }, { out: "c", error: "c" }), c: node("say") },
      { layout: { a: { x: 0, y: 0 }, b: { x: 300, y: 0 }, c: { x: 600, y: 0 } } },
    ),
    KINDS,
  );
const parts = { at: "parts" as const, path: "flows/main.flow.json", nodes: {}, groups: {}, notes: {}, layout: {} };
const from = (flow: FlowMirror, id: string) =>
  flow
    .incoming(id)
    .map((wire) => `${wire.source}.${wire.port}`)
    .sort();

test("knows who wires to whom", () => {
  const flow = three();
  expect(from(flow, "c")).toEqual(["b.error", "b.out"]);
  expect(from(flow, "a")).toEqual([]);
  expect(flow.wireCount).toBe(3);
});

test("a changed node takes its old wires along", () => {
  const flow = three();
  flow.apply({ ...parts, nodes: { b: node("say", {}, { out: "a" }) } });
  expect(from(flow, "c")).toEqual([]);
  expect(from(flow, "a")).toEqual(["b.out"]);
});

test("a removed node is gone from every index", () => {
  const flow = three();
  flow.apply({ ...parts, nodes: { b: null }, layout: { b: null } });
  expect(flow.nodes.has("b")).toBe(false);
  expect(from(flow, "c")).toEqual([]);
  expect([...flow.near.within({ x: 0, y: 0, width: 900, height: 100 })].sort()).toEqual(["a", "c"]);
});

test("a moved node is found at its new place only", () => {
  const flow = three();
  flow.apply({ ...parts, layout: { c: { x: 5000, y: 5000 } } });
  expect(flow.near.within({ x: 600, y: 0, width: 10, height: 10 }).has("c")).toBe(false);
  expect(flow.near.within({ x: 5010, y: 5010, width: 1, height: 1 }).has("c")).toBe(true);
});

test("a card grows with its text, and its rect with it", () => {
  const flow = three();
  const before = flow.near.rect("b")?.height ?? 0;
  flow.apply({ ...parts, nodes: { b: node("say", { text: "one\ntwo\nthree" }) } });
  expect(flow.near.rect("b")?.height).toBe(before + 2 * 18);
});

test("nodes without a place get one each, in the order of their wires", () => {
  const flow = new FlowMirror(
    view({ a: node("start", {}, { out: "b" }), b: node("say", {}, { out: "a" }), c: node("say") }),
    KINDS,
  );
  const places = ["a", "b", "c"].map((id) => flow.placeOf(id));
  expect(new Set(places.map((at) => `${at.x},${at.y}`)).size).toBe(3);
});

test("any number of patches leaves the same indices as reading the result anew", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const ids = ["a", "b", "c", "d", "e"];
  const flow = three();
  for (let step = 0; step < 300; step++) {
    const id = ids[random(5)] as string;
    const to = ids[random(5)] as string;
    const gone = random(4) === 0;
    flow.apply({
      ...parts,
      nodes: { [id]: gone ? null : node("say", { text: "x".repeat(random(80)) }, random(2) ? { out: to } : {}) },
      layout: { [id]: gone ? null : { x: random(2000), y: random(2000) } },
    });
    const anew = new FlowMirror(
      view(Object.fromEntries(flow.nodes), { layout: Object.fromEntries(flow.layout) }),
      KINDS,
    );
    for (const id of ids) {
      expect(from(flow, id)).toEqual(from(anew, id));
      if (flow.layout.has(id)) expect(flow.near.rect(id)).toEqual(anew.near.rect(id));
    }
    const area = { x: 200, y: 200, width: 700, height: 700 };
    expect([...flow.near.within(area)].sort()).toEqual([...anew.near.within(area)].sort());
  }
});
