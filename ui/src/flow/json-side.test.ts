import { expect, test } from "vitest";
import { FlowMirror } from "./flow-mirror";
import { flowEdits, flowText, jsonMistake, nodeEdits, nodeText } from "./json-side";
import { KINDS, node, view } from "./sample";

const flow = () =>
  new FlowMirror(
    view({ aaaaaa: node("say", { text: "Hi" }, { out: "bbbbbb" }), bbbbbb: node("say", { text: "Yo" }) }),
    KINDS,
  );
const path = "flows/main.flow.json";

test("a text nobody changed is no edit", () => {
  const one = flow();
  const first = one.nodes.get("aaaaaa");
  expect(first && nodeEdits(one, "aaaaaa", nodeText(first))).toEqual({ edits: [] });
  expect(flowEdits(one, flowText(one))).toEqual({ edits: [] });
});

test("what differs is what is edited", () => {
  const one = flow();
  const text = flowText(one).replace('"Yo"', '"Hey"').replace('"name": "Main"', '"name": "First"');
  expect(flowEdits(one, text)).toEqual({
    edits: [
      { op: "flow_prop", flow: path, prop: "name", value: "First" },
      { op: "node", flow: path, id: "bbbbbb", node: expect.objectContaining({ fields: { text: "Hey" } }) },
    ],
  });
  const gone = JSON.parse(flowText(one));
  delete gone.nodes.bbbbbb;
  expect(flowEdits(one, JSON.stringify(gone))).toEqual({ edits: [{ op: "node", flow: path, id: "bbbbbb" }] });
});

test.each([
  ['{"kind": "", "v": 1, "fields": {}, "next": {}}', '"kind" should be a text.'],
  ['{"kind": "say", "v": 1.5, "fields": {}, "next": {}}', '"v" should be a whole number.'],
  ['{"kind": "say", "v": 1, "fields": [], "next": {}}', '"fields" should be an object.'],
  ['{"kind": "say", "v": 1, "fields": {}, "next": {"out": 1}}', expect.stringContaining('"next"')],
  ['{"kind": "say", "v": 1, "fields": {}, "next": {}, "feilds": {}}', 'A node has no "feilds".'],
  ["[]", "A node is an object."],
])("%s is no node", (text, mistake) => expect(nodeEdits(flow(), "aaaaaa", text)).toEqual({ mistake }));

test("where JSON is broken", () => {
  expect(jsonMistake('{"a": 1}')).toBeUndefined();
  expect(jsonMistake('{"a": }')?.from).toBe(6);
  expect(jsonMistake('{"a": 1')?.from).toBeGreaterThan(4);
});
