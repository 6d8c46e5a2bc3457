import { expect, test } from "vitest";
import type { Problem } from "../api";
import { wayOut } from "./fixes";
import { kindsOf } from "./kinds";
import { Mirror } from "./mirror";
import type { OpenBot } from "./open-bot";
import { KINDS, node, view } from "./sample";

const FILE = "flows/main.flow.json";
const as = (kind: string, like: string) => ({
  ...(KINDS.get(like) as NonNullable<ReturnType<typeof KINDS.get>>),
  kind,
});
const kinds = kindsOf([...KINDS.values(), as("message.send", "say"), as("trigger.command", "start")]);

function way(code: string, at: Partial<Problem["at"]>, nodes = { a: node("ask"), b: node("say") }) {
  const mirror = new Mirror(
    {
      bot: "b",
      root: "/b",
      revision: 1,
      manifest: {},
      flows: [view(nodes)],
      files: [],
      clashes: [],
      save: { state: "saved" },
    },
    kinds,
  );
  const problem: Problem = { code, severity: "error", at: { file: FILE, ...at }, message: "", help: "" };
  return wayOut({ mirror, kinds } as unknown as OpenBot, problem);
}

test("a dead end gets a reply on that very output", () => {
  expect(way("dead-end", { node: "a", port: "other" })).toMatchObject({
    is: "reply",
    edits: [{ op: "node", node: { kind: "message.send" } }, { op: "place" }, { op: "wire", node: "a", port: "other" }],
  });
});

test("a flow without a trigger gets one that leads to its first node", () => {
  expect(way("no-trigger", {})).toMatchObject({
    is: "trigger",
    edits: [{ op: "node", node: { kind: "trigger.command" } }, { op: "place" }, { op: "wire", port: "out", to: "a" }],
  });
});

test("a flow that is called and missing is made, and called", () => {
  const found = way(
    "unknown-flow",
    { node: "a", field: ["flow"] },
    { a: node("ask", { flow: "Later" }), b: node("say") },
  );
  expect(found).toMatchObject({ is: "flow", edits: [{ op: "flow" }, { op: "field", node: "a", path: ["flow"] }] });
});

test("what only a person knows is gone to", () => {
  expect(way("missing-field", { node: "a", field: ["text"] })).toEqual({ is: "go" });
  expect(way("endless-loop", { node: "a" })).toBeUndefined();
});
