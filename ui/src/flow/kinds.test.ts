import { expect, test } from "vitest";
import type { Descriptor } from "../api";
import { cardOf, lineCount } from "./geometry";
import { itemId } from "./ids";
import { applies, fresh, matches, outPorts } from "./kinds";
import { KINDS, node } from "./sample";
import { sentence } from "./summary";
import { plain, valueAt } from "./values";

const kind = (name: string) => KINDS.get(name) as Descriptor;

test("ports come from the kind, from list elements, and from wires nobody declares", () => {
  const ask = node("ask", { buttons: [{ id: "b1", label: "Yes" }, { id: "b2" }] }, { b1: "x", gone: "y" });
  expect(outPorts(ask, kind("ask")).map((port) => [port.id, port.label, port.role])).toEqual([
    ["b1", "Yes", "flow"],
    ["b2", "b2", "flow"],
    ["other", "Else", "flow"],
    ["gone", "gone", "lost"],
  ]);
  expect(outPorts(node("what", {}, { out: "x" }), undefined)).toEqual([{ id: "out", label: "out", role: "lost" }]);
});

test("how a node is taken back is asked inside a transaction, and shown where it is wired", () => {
  const pay: Descriptor = {
    ...kind("say"),
    ports: [{ at: "fixed", id: "compensate", label: "To take it back", role: "compensate" }],
  };
  const ports = (next: { [key in string]: string }, inTransaction: boolean) =>
    outPorts(node("pay", {}, next), pay, inTransaction).length;
  expect([ports({}, false), ports({}, true), ports({ compensate: "x" }, false)]).toEqual([0, 1, 1]);
});

test("a fresh node's list elements have ids of their own", () => {
  const made = fresh(kind("ask"), itemId);
  expect(valueAt(made.fields, ["buttons", 0, "id"])).toMatch(/^[a-z][a-z0-9]{3}$/);
  expect(valueAt(made.fields, ["buttons", 0, "id"])).not.toBe("aaaa");
  expect(valueAt(kind("ask").example.fields, ["buttons", 0, "id"])).toBe("aaaa");
});

test.each([
  ["send", 80],
  ["reply", 55],
  ["say", 90],
  ["send message", 100],
  ["mess", 60],
  ["nothing", 0],
])("searching %s", (words, score) => expect(matches(kind("say"), words)).toBe(score));

test("a sentence shows what was typed, and names what is missing", () => {
  expect(sentence(node("start", { command: "go" }), kind("start"))).toEqual([
    { text: "When /", own: false },
    { text: "go", own: true },
  ]);
  expect(sentence(node("start"), kind("start"))[1]).toEqual({ text: "‹command›", own: false });
});

test.each([
  ["text", "text"],
  [{ $expr: "a > 1" }, "a > 1"],
  [{ $t: { de: "Hallo", en: "Hello" } }, "Hallo"],
  [{ $num: "1e400" }, "1e400"],
  [{ $raw: { $expr: 1 } }, '{"$expr":1}'],
  [true, "yes"],
  [null, ""],
])("%j reads as %j", (value, text) => expect(plain(value as never)).toBe(text));

test("a field may depend on another", () => {
  const all = [
    { ...kind("say").fields[0], name: "method", default: "GET" },
    { ...kind("say").fields[0], name: "body", when: { field: "method", is: ["POST"] } },
  ] as Descriptor["fields"];
  expect(applies(all[1] as never, {}, all)).toBe(false);
  expect(applies(all[1] as never, { method: "POST" }, all)).toBe(true);
});

test("cards: one line, then more, at most three; a row for each named port", () => {
  const height = (text: string) => cardOf(node("say", { text }), kind("say")).height;
  expect(height("b")).toBeLessThan(height("a\nb"));
  expect(height("a\nb\nc")).toBe(height("a\nb\nc\nd"));
  expect(lineCount([{ text: "w".repeat(70), own: true }])).toBe(3);
  const card = cardOf(node("ask", { buttons: [{ id: "b1", label: "Yes" }] }), kind("ask"));
  expect(card.single).toBeUndefined();
  expect(card.rows.map((row) => row.y - (card.rows[0]?.y ?? 0))).toEqual([0, 28]);
});
