import { expect, test } from "vitest";
import { clipFrom, copy, paste } from "./clip";
import { FlowMirror } from "./flow-mirror";
import { KINDS, node, view } from "./sample";

const flow = new FlowMirror(
  view(
    {
      a: node("start", {}, { out: "b" }),
      b: { ...node("say", { text: "Hi" }, { out: "c" }), key: "greet", group: "g" },
      c: { ...node("say", {}, { out: "b" }), group: "g" },
    },
    {
      groups: { g: { title: "Hello", color: "green" } },
      notes: { n: { text: "Why" } },
      layout: {
        a: { x: 0, y: 0 },
        b: { x: 304, y: 0, w: 1 },
        c: { x: 608, y: 0 },
        n: { x: 304, y: 200, w: 160, h: 80 },
      },
    },
  ),
  KINDS,
);

test("copies keep their inner wires, drop the others and get keys of their own", () => {
  const clip = copy(flow, ["b", "c"]);
  if (!clip) throw new Error("nothing copied");
  const { ids, edits } = paste(flow, clip, { x: 100, y: 100 });
  const made = edits.flatMap((edit) => (edit.op === "node" && edit.node ? [edit.node] : []));
  expect(made.map((one) => one.key)).toEqual(["greet_2", undefined]);
  expect(made.map((one) => one.next)).toEqual([{ out: ids[1] }, { out: ids[0] }]);
  expect(edits.filter((edit) => edit.op === "place").map((edit) => edit.op === "place" && edit.place)).toEqual([
    { x: 104, y: 104, w: 1 },
    { x: 408, y: 104 },
  ]);
  expect(clipFrom(JSON.stringify(clip))).toEqual(clip);
});

test.each([
  "",
  "hello",
  "{",
  '{"nexus":1}',
  '{"nexus":"clip","nodes":{},"layout":{}}',
  '{"nexus":"clip","nodes":{"a":{}},"layout":{}}',
  '{"nexus":"clip"}',
])("%j is no clip", (text) => expect(clipFrom(text)).toBeUndefined());

test("notes and whole groups are copied, a part of a group stays in it", () => {
  const all = copy(flow, ["b", "c", "n"]);
  if (!all) throw new Error("nothing copied");
  expect(all.groups).toEqual({ g: { title: "Hello", color: "green" } });
  const { ids, edits } = paste(flow, all, { x: 0, y: 0 });
  const made = edits.find((edit) => edit.op === "group");
  expect(made).toMatchObject({ group: { title: "Hello" } });
  expect(edits.flatMap((edit) => (edit.op === "node" ? [edit.node?.group] : []))).toEqual(
    Array(2).fill(made?.op === "group" && made.id),
  );
  expect(edits.find((edit) => edit.op === "note")).toMatchObject({ id: ids[2], note: { text: "Why" } });
  expect(edits.at(-1)).toMatchObject({ op: "place", place: { x: 0, y: 200, w: 160, h: 80 } });

  const part = copy(flow, ["b"]);
  if (!part) throw new Error("nothing copied");
  expect(paste(flow, part, { x: 0, y: 0 }).edits[0]).toMatchObject({ node: { group: "g" } });
});
