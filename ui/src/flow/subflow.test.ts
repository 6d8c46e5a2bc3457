import { expect, test } from "vitest";
import type { Edit, Flow } from "../api";
import { FlowMirror } from "./flow-mirror";
import { KINDS, node, view } from "./sample";
import { extract, inline } from "./subflow";

const around = { paths: ["flows/main.flow.json"], ids: ["main"] };
const flow = new FlowMirror(
  view({
    a: node("start", {}, { out: "b" }),
    b: { ...node("say", {}, { out: "c" }), name: "Order" },
    c: node("say", {}, { out: "d", error: "d" }),
    d: node("say"),
  }),
  KINDS,
);

function extracted(ids: string[]) {
  const made = extract(flow, ids, KINDS, around);
  if ("why" in made) throw new Error(made.why);
  const value = made.edits[0]?.op === "flow" && (made.edits[0].value as Flow);
  if (!value) throw new Error("no flow");
  return { ...made, value };
}

test("a part becomes a flow, and a call of it stays", () => {
  const { path, call, edits, value } = extracted(["b", "c"]);
  expect(path).toBe("flows/order.flow.json");
  const begin = Object.entries(value.nodes).find(([, one]) => one.kind === "trigger.call");
  const end = Object.entries(value.nodes).find(([, one]) => one.kind === "logic.return");
  expect(begin?.[1].next).toEqual({ out: "b" });
  expect(value.nodes.c?.next).toEqual({ out: end?.[0], error: end?.[0] });
  expect(edits).toContainEqual({ op: "wire", flow: flow.path, node: "a", port: "out", to: call });
  expect(edits).toContainEqual({ op: "node", flow: flow.path, id: "b" });
  expect(edits.find((edit) => edit.op === "node" && edit.id === call)).toMatchObject({
    node: { kind: "logic.call", fields: { flow: "order" }, next: { out: "d" } },
  });
});

test("what cannot be a flow of its own is said", () => {
  expect(extract(flow, ["a", "b"], KINDS, around)).toEqual({ why: "A trigger starts this flow and has to stay in it" });
  expect(extract(flow, [], KINDS, around)).toHaveProperty("why");
});

test("there and back again", () => {
  const { call, value } = extracted(["b", "c"]);
  const caller = new FlowMirror(
    view({
      a: node("start", {}, { out: call }),
      [call]: { ...node("logic.call", { flow: "order" }, { out: "d" }) },
      d: node("say"),
    }),
    KINDS,
  );
  const called = new FlowMirror({ path: "flows/order.flow.json", flow: value }, KINDS);
  const back = inline(caller, call, called);
  if ("why" in back) throw new Error(back.why);
  const nodes = Object.fromEntries(
    back.edits.flatMap((edit: Edit) => (edit.op === "node" && edit.node ? [[edit.id, edit.node.next]] : [])),
  );
  expect(nodes).toEqual({ b: { out: "c" }, c: { out: "d", error: "d" } });
  expect(back.edits).toContainEqual({ op: "wire", flow: caller.path, node: "a", port: "out", to: "b" });
  expect(back.edits).toContainEqual({ op: "node", flow: caller.path, id: call });
});
