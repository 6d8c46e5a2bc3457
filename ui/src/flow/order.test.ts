import { expect, test } from "vitest";
import { FlowMirror } from "./flow-mirror";
import { inOrder } from "./order";
import { KINDS, node, view } from "./sample";

test("from the triggers along the wires, each node once, what is lost at the end", () => {
  const flow = new FlowMirror(
    view({
      z: node("start", { command: "go" }, { out: "ask" }),
      ask: node(
        "ask",
        {
          buttons: [
            { id: "y", label: "Yes" },
            { id: "n", label: "No" },
          ],
        },
        { y: "a", n: "b" },
      ),
      a: node("say", {}, { out: "ask" }),
      b: node("say"),
      lost: node("say", {}, { out: "after" }),
      after: node("say"),
    }),
    KINDS,
  );
  const said = inOrder(flow, KINDS).map(
    ({ id, depth, by, lost }) => `${id} ${depth} ${by ?? "-"}${lost ? " lost" : ""}`,
  );
  expect(said).toEqual(["z 0 -", "ask 0 -", "a 1 Yes", "b 1 No", "lost 0 - lost", "after 0 - lost"]);
});
