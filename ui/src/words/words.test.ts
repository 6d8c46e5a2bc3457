import { afterEach, expect, test } from "vitest";
import { many, speak, spoken, t, wanted } from "./index";

afterEach(() => speak("en"));

test("holes are filled, unknown ones stay", () => {
  expect(t("Move {n} nodes", { n: 3 })).toBe("Move 3 nodes");
  expect(t("Say {who} {what}", { who: "Ada" })).toBe("Say Ada {what}");
});

test("one thing and many things", () => {
  const said = (n: number) => many(n, "{n} node", "{n} nodes");
  expect([said(0), said(1), said(2), said(1200)]).toEqual(["0 nodes", "1 node", "2 nodes", "1,200 nodes"]);
});

test("a text without a translation is said in English", async () => {
  await speak("de");
  expect(spoken()).toBe("de");
  expect(t("A text that nobody has translated")).toBe("A text that nobody has translated");
});

test("the first language that is spoken here is taken", () => {
  expect(wanted(["fr-FR", "de-AT", "en"])).toBe("de");
  expect(wanted(["fr"])).toBe("en");
});
