import { expect, test } from "vitest";
import { likeness } from "./likeness";
import { KINDS } from "./sample";

const best = (words: string) =>
  [...KINDS.values()]
    .map((kind) => ({ kind: kind.kind, score: likeness(kind, words) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score)[0]?.kind;

test.each([
  ["Send", "say"],
  ["tell", "say"],
  ["nachricht", "say"],
  ["question", "ask"],
  ["comand", "start"],
  ["sedn", "say"],
  ["qqqq", undefined],
])("%s", (words, kind) => expect(best(words)).toBe(kind));
