import type { Flow, FlowView, Node, Value } from "../src/api";

const node = (
  kind: string,
  fields: Record<string, Value>,
  next: Record<string, string> = {},
  more: Partial<Node> = {},
): Node => ({ kind, v: 1, fields, next, ...more });
const empty = { inputs: {}, outputs: {}, groups: {}, notes: {} };

function main(): Flow {
  return {
    id: "main",
    name: "Welcome",
    ...empty,
    groups: { g00001: { title: "Order" } },
    notes: { n00001: { text: "The kitchen closes at 22:00.\nAfter that we only take orders for tomorrow." } },
    nodes: {
      start1: node("trigger.command", { command: "start" }, { out: "greet1" }),
      greet1: node(
        "message.send",
        { text: "Hi {{ user.first_name }}!\nWelcome to Luigi's. I can take your order or tell you when we are open." },
        { out: "menu01", error: "apolo1" },
        { name: "Greet", key: "greet" },
      ),
      menu01: node(
        "message.ask",
        {
          text: "What would you like to do?",
          buttons: [
            { id: "ordr", label: "Order a pizza" },
            { id: "open", label: "Opening hours" },
            { id: "humn", label: "Talk to a person about something rather long" },
          ],
          timeout: "1d",
        },
        { ordr: "size01", open: "hours1", humn: "hand01" },
        { key: "menu" },
      ),
      size01: node(
        "message.ask",
        {
          text: "Which size?",
          buttons: [
            { id: "smal", label: "Small" },
            { id: "larg", label: "Large" },
          ],
        },
        { smal: "total1", larg: "total1", other: "size01" },
        { group: "g00001" },
      ),
      total1: node(
        "data.set",
        { variable: "user.total", value: { $expr: "user.total + 12" } },
        { out: "check1" },
        { group: "g00001" },
      ),
      check1: node("logic.if", { condition: { $expr: "user.total > 100" } }, { yes: "bonus1", no: "menu01" }),
      bonus1: node("message.send", { text: "" }, {}, { name: "Say thanks for being such a loyal customer" }),
      hours1: node(
        "world.http",
        { method: "GET", url: "https://luigi.example/hours", token: { $secret: "kitchen_key" }, color: "red" },
        { out: "tell01" },
      ),
      tell01: node("message.send", { text: "We are open {{ nodes.hours.today }}." }),
      hand01: node("people.handover", { team: "Service" }),
      apolo1: node("pizza.plugin.oven", { heat: 250, mode: "fan" }),
    },
    layout: {
      start1: { x: 0, y: 40 },
      greet1: { x: 296, y: 40 },
      menu01: { x: 592, y: 40 },
      size01: { x: 912, y: -144 },
      total1: { x: 1208, y: -144 },
      check1: { x: 1504, y: -144 },
      bonus1: { x: 1800, y: -176 },
      hours1: { x: 912, y: 120 },
      tell01: { x: 1208, y: 120 },
      hand01: { x: 912, y: 264 },
      apolo1: { x: 592, y: 304 },
      n00001: { x: 0, y: 184, w: 232, h: 96 },
    },
  };
}

const MIX = [
  "message.send",
  "logic.if",
  "message.ask",
  "data.set",
  "world.http",
  "message.send",
  "logic.switch",
  "ai.answer",
  "people.handover",
  "data.script",
];

/** A flow of `count` nodes in rows, for looking at size. */
function generated(id: string, name: string, count: number): Flow {
  const nodes: Flow["nodes"] = {};
  const layout: Flow["layout"] = {};
  const across = Math.ceil(Math.sqrt(count * 0.6));
  const name_ = (at: number) => `x${at.toString(36).padStart(5, "0")}`;
  for (let at = 0; at < count; at++) {
    const kind =
      at % across === 0 ? "trigger.command" : (MIX[(at * 7 + Math.floor(at / across) * 3) % MIX.length] as string);
    const last = (at + 1) % across === 0;
    const next = last || at + 1 >= count ? undefined : name_(at + 1);
    const below = at + across < count && (at + across) % across !== 0 ? name_(at + across) : undefined;
    const fields: Record<string, Record<string, Value>> = {
      "trigger.command": { command: `go${at}` },
      "message.send": { text: `Step ${at}: thank you, that is noted. Anything else?` },
      "logic.if": { condition: { $expr: `user.total > ${at}` } },
      "message.ask": {
        text: "Are you sure?",
        buttons: [
          { id: "yess", label: "Yes" },
          { id: "noo0", label: "No" },
        ],
      },
      "logic.switch": {
        value: { $expr: "msg.text" },
        cases: [
          { id: "cas1", when: { $expr: "'a'" }, label: "Letter a" },
          { id: "cas2", when: { $expr: "'b'" }, label: "Letter b" },
        ],
      },
      "data.set": { variable: "user.total", value: { $expr: `user.total + ${at}` } },
      "world.http": { method: "GET", url: `https://luigi.example/step/${at}` },
      "ai.answer": { prompt: "Answer kindly and briefly." },
      "data.script": { code: "return input.items.length;" },
    };
    const port = { "logic.if": "yes", "message.ask": "yess", "logic.switch": "cas1" }[kind] ?? "out";
    const second = { "logic.if": "no", "message.ask": "noo0", "logic.switch": "cas2" }[kind];
    nodes[name_(at)] = node(kind, fields[kind] ?? {}, {
      ...(next ? { [port]: next } : {}),
      ...(second && below ? { [second]: below } : {}),
    });
    layout[name_(at)] = { x: (at % across) * 304, y: Math.floor(at / across) * 208 };
  }
  return { id, name, ...empty, nodes, layout };
}

export function sampleFlows(): FlowView[] {
  return [
    { path: "flows/main.flow.json", flow: main() },
    {
      path: "flows/loyalty.flow.json",
      flow: { id: "loyalty", name: "Loyalty programme", ...empty, nodes: {}, layout: {} },
    },
    { path: "flows/two-hundred.flow.json", flow: generated("two-hundred", "Two hundred nodes", 200) },
    { path: "flows/huge.flow.json", flow: generated("huge", "Ten thousand nodes", 10_000) },
    {
      path: "flows/old.flow.json",
      read_only: "Line 40 ends in the middle of a value. What could be read is shown; the file is left as it is.",
      flow: { ...generated("old", "Old reminders", 6), id: "old" },
    },
  ];
}

export const MANIFEST: Record<string, Value> = {
  nexus: 1,
  id: "luigi",
  name: "Luigi's pizza",
  channels: ["telegram"],
  secrets: { kitchen_key: { note: "For the kitchen's service" }, weather_key: {} },
  variables: {
    user: { total: { type: "number", default: 0 }, name: { type: "text" } },
    chat: {},
    bot: { open: { type: "bool" } },
  },
  settings: {},
  locales: ["en"],
};
