import { expect, test } from "vitest";
import { FlowMirror } from "./flow-mirror";
import { group, regroup, ungroup } from "./grouping";
import { KINDS, node, view } from "./sample";

const path = "flows/main.flow.json";
const say = (group?: string) => ({ ...node("say"), ...(group ? { group } : {}) });
const flow = new FlowMirror(
  view(
    { a: say("outer"), b: say("inner"), c: say() },
    {
      groups: { outer: { title: "Outer" }, inner: { title: "Inner", parent: "outer", extra: { folded: true, x: 1 } } },
      layout: { a: { x: 0, y: 0 }, b: { x: 300, y: 0 }, c: { x: 600, y: 0 } },
    },
  ),
  KINDS,
);

test("a group around what is selected, inside of the group it is in", () => {
  const made = group(flow, ["a", "nothing"]);
  expect(made?.edits).toEqual([
    { op: "group", flow: path, id: made?.id, group: { title: "New group", parent: "outer" } },
    { op: "prop", flow: path, node: "a", prop: "group", value: made?.id },
  ]);
  expect(group(flow, [])).toBeUndefined();
});

test("a group left empty goes", () => {
  expect(group(flow, ["b", "c"])?.edits.at(-1)).toEqual({ op: "group", flow: path, id: "inner" });
});

test("taken apart, its content moves up", () => {
  expect(ungroup(flow, ["inner"])).toEqual([
    { op: "prop", flow: path, node: "b", prop: "group", value: "outer" },
    { op: "group", flow: path, id: "inner" },
  ]);
  expect(ungroup(flow, ["outer"])).toEqual([
    { op: "prop", flow: path, node: "a", prop: "group" },
    { op: "group", flow: path, id: "inner", group: { title: "Inner", extra: { folded: true, x: 1 } } },
    { op: "group", flow: path, id: "outer" },
  ]);
});

test("unfolding keeps what else a group holds", () => {
  expect(regroup(flow, "inner", { folded: false, color: "red" })).toEqual([
    { op: "group", flow: path, id: "inner", group: { title: "Inner", color: "red", parent: "outer", extra: { x: 1 } } },
  ]);
});

test("members, folding and frames", () => {
  const { grouped } = flow;
  expect(grouped.members.get("outer")).toEqual(["a", "b"]);
  expect([...grouped.foldedIn]).toEqual([["b", "inner"]]);
  const outer = grouped.frame("outer", (id) => flow.near.rect(id));
  const inner = grouped.frame("inner", (id) => flow.near.rect(id));
  expect(inner).toMatchObject({ x: 276, y: -48 });
  expect(outer).toMatchObject({ x: -24, y: -96, width: 300 + 232 + 24 + 48 });
});
