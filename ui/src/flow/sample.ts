import type { Descriptor, FlowView, Node, Value } from "../api";
import { kindsOf } from "./kinds";

/** Small kinds and flows for the tests of this folder. */
const field = (
  name: string,
  type: Descriptor["fields"][number]["type"],
  more: Partial<Descriptor["fields"][number]> = {},
) => ({
  name,
  label: name,
  help: "",
  type,
  required: false,
  template: false,
  secret: false,
  advanced: false,
  unit: false,
  ...more,
});

function kind(name: string, more: Partial<Descriptor>): Descriptor {
  return {
    kind: name,
    v: 1,
    title: name,
    group: "message",
    icon: "send",
    summary: "",
    help: "",
    synonyms: [],
    example: { kind: name, v: 1, fields: {}, next: {} },
    platforms: [],
    trigger: false,
    waits: false,
    effect: false,
    ends: false,
    unique: [],
    ports: [{ at: "fixed", id: "out", label: "Next", role: "flow" }],
    fields: [],
    ...more,
  };
}

export const KINDS = kindsOf([
  kind("start", {
    title: "Command",
    group: "trigger",
    trigger: true,
    summary: "When /{command}",
    fields: [field("command", { is: "text", multiline: false })],
    synonyms: ["slash"],
  }),
  kind("say", {
    title: "Send message",
    summary: "{text}",
    synonyms: ["reply"],
    fields: [field("text", { is: "text", multiline: true })],
    ports: [
      { at: "fixed", id: "out", label: "Next", role: "flow" },
      { at: "fixed", id: "error", label: "On error", role: "error" },
    ],
  }),
  kind("ask", {
    title: "Ask",
    summary: "{text}",
    fields: [
      field("text", { is: "text", multiline: true }),
      field("buttons", {
        is: "list",
        ordered: true,
        item: [field("label", { is: "text", multiline: false }, { required: true })],
      }),
    ],
    ports: [
      { at: "each", field: "buttons", label: "label", role: "flow" },
      { at: "fixed", id: "other", label: "Else", role: "flow" },
    ],
    example: { kind: "ask", v: 1, fields: { buttons: [{ id: "aaaa", label: "Yes" }] }, next: {} },
  }),
]);

export const node = (
  kind: string,
  fields: { [key in string]: Value } = {},
  next: { [key in string]: string } = {},
): Node => ({
  kind,
  v: 1,
  fields,
  next,
});

export function view(nodes: { [key in string]: Node }, more: Partial<FlowView["flow"]> = {}): FlowView {
  return {
    path: "flows/main.flow.json",
    flow: { id: "main", name: "Main", inputs: {}, outputs: {}, nodes, groups: {}, notes: {}, layout: {}, ...more },
  };
}
