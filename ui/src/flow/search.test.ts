import { expect, test } from "vitest";
import { FlowMirror } from "./flow-mirror";
import { Mirror } from "./mirror";
import { KINDS, node, view } from "./sample";
import { excerpt, type Find, finder, type Query, replacing, searchBot, searchFlow } from "./search";

const query = (words: string, more: Partial<Query> = {}): Query => ({
  words,
  matchCase: false,
  wholeWord: false,
  regex: false,
  ...more,
});
const find = (one: Query) => finder(one) as Find;

const NODES = {
  a: { ...node("say", { text: "Hello {{ user.name }}, hello" }), name: "Say hello", key: "hello" },
  b: node("ask", {
    text: "Othello?",
    buttons: [
      { id: "x1", label: "Hello" },
      { id: "x2", label: "No" },
    ],
  }),
  c: node("say", { text: { $t: { de: "Hallo", en: "hello" } } }),
  d: node("say", { text: { $secret: "hello" } }),
};
const VIEW = view(NODES, { notes: { n: { text: "hello note" } }, groups: { g: { title: "Hello group" } } });
const FLOW = new FlowMirror(VIEW, KINDS);
const MIRROR = new Mirror(
  { bot: "b", root: "/b", revision: 1, manifest: {}, flows: [VIEW], files: [], clashes: [], save: { state: "saved" } },
  KINDS,
);

function check(one: Query, expected: string[]) {
  const said = searchFlow(FLOW, KINDS, find(one)).map(
    (hit) => `${hit.id ?? "flow"} ${hit.part} ${hit.ranges.map(({ from, to }) => `${from}-${to}`).join(" ")}`,
  );
  expect(said).toEqual(expected);
}

test("titles, texts, keys, expressions, notes and groups are looked through", () => {
  check(query("hello"), [
    "a title 4-9",
    "a key 0-5",
    "a field 0-5 23-28",
    "b field 2-7",
    "b field 0-5",
    "c field 0-5",
    "d field 0-5",
    "n note 0-5",
    "g group 0-5",
  ]);
  check(query("user.name"), ["a field 9-18"]);
  check(query(""), []);
});

test("case, whole words and patterns", () => {
  check(query("Hello", { matchCase: true }), ["a field 0-5", "b field 0-5", "g group 0-5"]);
  check(query("hello", { wholeWord: true, matchCase: true }), [
    "a title 4-9",
    "a key 0-5",
    "a field 23-28",
    "c field 0-5",
    "d field 0-5",
    "n note 0-5",
  ]);
  check(query("h[ae]llo\\?", { regex: true }), ["b field 2-8"]);
  expect(finder(query("(", { regex: true }))).toHaveProperty("trouble");
});

test("letters that grow with their case do not shift what is found", () => {
  expect(find(query("x"))("İİ x")).toEqual([{ from: 3, to: 4 }]);
});

test("replacing is one change, and leaves names of things alone", () => {
  const one = query("hello");
  const hits = searchBot(MIRROR, KINDS, find(one)).flatMap((flow) => flow.hits);
  const edits = replacing(MIRROR, hits, one, "Bye");
  expect(
    edits.map((edit) =>
      "value" in edit ? edit.value : "note" in edit ? edit.note?.text : "group" in edit && edit.group?.title,
    ),
  ).toEqual(["Say Bye", "Bye {{ user.name }}, Bye", "OtBye?", "Bye", "Bye", "Bye note", "Bye group"]);
  expect(edits[3]).toMatchObject({ path: ["buttons", { item: "x1" }, "label"] });
  expect(edits[4]).toMatchObject({ path: ["text", "$t", "en"] });
});

test("one place of several, and brackets of a pattern", () => {
  const one = query("(h)ello", { regex: true });
  const hit = searchFlow(FLOW, KINDS, find(one)).find((hit) => hit.part === "field");
  if (!hit) throw new Error("not found");
  expect(replacing(MIRROR, [hit], one, "$1i", hit.ranges[1])).toMatchObject([{ value: "Hello {{ user.name }}, hi" }]);
});

test("an excerpt fits on a line", () => {
  const text = `${"a ".repeat(40)}found\nhere`;
  expect(excerpt(text, { from: 80, to: 85 })).toEqual({
    before: `…${"a ".repeat(14)}`,
    found: "found",
    after: " here",
  });
});

test("ten thousand nodes are answered at once", () => {
  const many = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, at) => [
      `n${at}`,
      node("say", { text: `Message number ${at} for {{ user.name }}` }),
    ]),
  );
  const flow = new FlowMirror(view(many), KINDS);
  searchFlow(flow, KINDS, find(query("warm")));
  const before = performance.now();
  expect(searchFlow(flow, KINDS, find(query("number 99"))).length).toBe(111);
  expect(performance.now() - before).toBeLessThan(100);
});
