import { expect, test } from "vitest";
import { FlowMirror } from "../flow";
import { KINDS, node, view } from "../flow/sample";
import { returning } from "./tidy";

test("a menu that its answers lead back to stays before them", () => {
  const flow = new FlowMirror(
    view({
      answer: node("say", {}, { out: "menu" }),
      menu: node("ask", { buttons: [{ id: "a", label: "A" }] }, { a: "answer", other: "help" }),
      help: node("say", {}, { out: "menu" }),
      begin: node("start", {}, { out: "menu" }),
    }),
    KINDS,
  );
  expect([...returning(flow, [...flow.nodes.keys()])].sort()).toEqual(["answer out", "help out"]);
});
