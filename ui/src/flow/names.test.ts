import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Descriptor } from "../api";
import { FlowMirror } from "./flow-mirror";
import { GIVEN, namesOf, outputsOf } from "./names";
import { KINDS, node, view } from "./sample";
import { suggestions } from "./suggest";

test("what the platform gives is what the checks know", () => {
  const rust = readFileSync(new URL("../../../crates/flow/src/bot.rs", import.meta.url), "utf8");
  const table = rust.slice(rust.indexOf("const GIVEN"), rust.indexOf("];", rust.indexOf("const GIVEN")));
  const rows = [...table.matchAll(/\("(\w+)", &\[([^\]]*)\]\)/g)].map(([, scope = "", names = ""]) => [
    scope,
    [...names.matchAll(/"(\w+)"/g)].map(([, name]) => name),
  ]);
  expect(Object.entries(GIVEN)).toEqual(rows);
});

test("names of a flow", () => {
  const flow = new FlowMirror(view({ aaaaaa: { ...node("say", { text: "x" }), key: "hello" } }), KINDS);
  const manifest = { variables: { user: { age: { type: "number" } } }, settings: { shop: "Books" } };
  const paths = namesOf(manifest, flow, KINDS).map((name) => name.path);
  for (const path of ["user.age", "user.first_name", "msg.text", "nodes.hello", "env.shop", "now"])
    expect(paths).toContain(path);
});

test("what a node gives stands in its help", () => {
  const outputs = (help: string) => outputsOf({ help } as Descriptor);
  expect(outputs("The message's id is in `nodes.<key>.message`, to edit it.")).toEqual(["message"]);
  expect(outputs("`nodes.<key>` has the new `list`, its `count`, and the `item`. Not `this`.")).toEqual([
    "list",
    "count",
    "item",
  ]);
});

const NAMES = [{ path: "user.age", about: "number", from: "variable" as const }];
test.each([
  ["", 0, "user.age"],
  ["user.a", 0, "user.age"],
  ["1 + us", 4, "user.age"],
  ["user.age | rou", 11, "round"],
  ["a and ", 6, "user.age"],
] as const)("what fits after %j", (before, from, one) => {
  const found = suggestions(before, NAMES, false);
  expect(found?.from).toBe(from);
  expect(found?.list.map((each) => each.label)).toContain(one);
});

test.each(['user == "bo', "x[0].a", "user.age "])("nothing fits after %j", (before) =>
  expect(suggestions(before, NAMES, false)).toBeUndefined(),
);
