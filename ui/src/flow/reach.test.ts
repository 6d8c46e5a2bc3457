import { expect, test } from "vitest";
import type { Edit } from "../api";
import { FlowMirror } from "./flow-mirror";
import { addInto, canInsert, insertInto } from "./inserting";
import { downstream, swap, upstream } from "./reach";
import { KINDS, node, view } from "./sample";

const path = "flows/main.flow.json";
const flow = new FlowMirror(
  view(
    {
      a: node("start", {}, { out: "b" }),
      b: node("say", {}, { out: "c", error: "e" }),
      c: node("say", {}, { out: "d" }),
      d: node("say", {}, {}),
      e: node("say", {}, {}),
      free: node("say", {}, {}),
    },
    {
      layout: Object.fromEntries(["a", "b", "c", "d", "e", "free"].map((id, at) => [id, { x: at * 296, y: 0 }])),
    },
  ),
  KINDS,
);

/** Where wires lead after these edits. */
const wires = (edits: readonly Edit[]) =>
  Object.fromEntries(edits.flatMap((edit) => (edit.op === "wire" ? [[`${edit.node} ${edit.port}`, edit.to]] : [])));

test("what leads to a node, and where it leads", () => {
  expect([...downstream(flow, ["b"])].sort()).toEqual(["c", "d", "e"]);
  expect([...upstream(flow, ["d"])].sort()).toEqual(["a", "b", "c"]);
});

test("neighbours swapped", () => {
  expect(wires(swap(flow, "b", "c", KINDS) as Edit[])).toEqual({ "a out": "c", "c out": "b", "b out": "d" });
});

test("nodes apart swapped, with their places", () => {
  const edits = swap(flow, "b", "d", KINDS) as Edit[];
  expect(wires(edits)).toEqual({ "a out": "d", "d out": "c", "b out": undefined, "c out": "b" });
  expect(edits.slice(-2)).toMatchObject([
    { id: "b", place: { x: 888 } },
    { id: "d", place: { x: 296 } },
  ]);
});

test("a trigger stays where it is", () => expect(swap(flow, "a", "b", KINDS)).toBe("trigger"));

test("a free node goes into a wire, a wired one does not", () => {
  const wire = { source: "b", port: "out", target: "c" };
  expect(insertInto(flow, "free", wire, KINDS)).toEqual([
    { op: "wire", flow: path, node: "b", port: "out", to: "free" },
    { op: "wire", flow: path, node: "free", port: "out", to: "c" },
  ]);
  expect(canInsert(flow, "d", wire, KINDS)).toBe(false);
  expect(canInsert(flow, "b", wire, KINDS)).toBe(false);
});

test("a new node in a short wire pushes on what comes after", () => {
  const { id, edits } = addInto(flow, node("say"), { source: "b", port: "out", target: "c" }, KINDS);
  expect(edits.slice(0, 3)).toMatchObject([
    { id, node: { next: { out: "c" } } },
    { id, place: { x: 592 } },
    { node: "b", port: "out", to: id },
  ]);
  expect(edits.slice(3).map((edit) => edit.op === "place" && [edit.id, edit.place?.x])).toEqual([
    ["c", 888],
    ["d", 1184],
  ]);
});
