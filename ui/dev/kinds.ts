import type { Descriptor, Field, FieldType, Port } from "../src/api";

const field = (name: string, label: string, type: FieldType, more: Partial<Field> = {}): Field => ({
  name,
  label,
  help: "",
  type,
  required: false,
  template: false,
  secret: false,
  advanced: false,
  unit: false,
  ...more,
});
const text = (multiline = false): FieldType => ({ is: "text", multiline });
const out: Port = { at: "fixed", id: "out", label: "Next", role: "flow" };
const error: Port = { at: "fixed", id: "error", label: "On error", role: "error" };
type Rest = Pick<Descriptor, "group" | "icon" | "summary" | "help"> & Partial<Descriptor>;

function kind(kind: string, title: string, fields: Field[], ports: Port[], rest: Rest): Descriptor {
  return {
    kind,
    v: 1,
    title,
    synonyms: [],
    example: { kind, v: 1, fields: {}, next: {} },
    platforms: [],
    trigger: false,
    waits: false,
    effect: false,
    ends: false,
    unique: [],
    ports,
    fields,
    ...rest,
  };
}

/** A few kinds, enough to see every field type and port shape. */
export const KINDS: Descriptor[] = [
  kind(
    "trigger.command",
    "Command",
    [
      field("command", "Command", text(), { required: true, placeholder: "start" }),
      field("description", "Description", text(), { advanced: true, help: "Shown in the chat's menu." }),
    ],
    [out],
    {
      group: "trigger",
      icon: "square-terminal",
      summary: "When someone sends /{command}",
      help: "Starts the flow when a person sends this command.",
      trigger: true,
      synonyms: ["start", "slash"],
      example: { kind: "trigger.command", v: 1, fields: { command: "start" }, next: {} },
    },
  ),
  kind("trigger.message", "Message", [field("contains", "Contains", text())], [out], {
    group: "trigger",
    icon: "message-circle",
    summary: "When a message contains {contains}",
    help: "Starts the flow on any message that matches.",
    trigger: true,
    synonyms: ["text", "keyword"],
  }),
  kind(
    "trigger.schedule",
    "Schedule",
    [
      field("every", "Every", { is: "duration" }, { required: true }),
      field("zone", "Time zone", text(), { placeholder: "Europe/Berlin" }),
    ],
    [out],
    {
      group: "trigger",
      icon: "calendar",
      summary: "Every {every} in {zone}",
      help: "Starts the flow again and again.",
      trigger: true,
      synonyms: ["cron", "timer"],
    },
  ),
  kind(
    "message.send",
    "Send message",
    [
      field("text", "Text", text(true), { required: true, template: true, limit: "message_text" }),
      field("silent", "Without a sound", { is: "bool" }, { advanced: true, default: false }),
    ],
    [out, error],
    {
      group: "message",
      icon: "send",
      summary: "{text}",
      help: "Says something in the conversation.",
      effect: true,
      synonyms: ["say", "text", "reply"],
    },
  ),
  kind(
    "message.ask",
    "Ask with buttons",
    [
      field("text", "Question", text(true), { required: true, template: true }),
      field("buttons", "Buttons", {
        is: "list",
        ordered: true,
        item: [field("label", "Label", text(), { required: true })],
      }),
      field("timeout", "Give up after", { is: "duration" }, { placeholder: "1d" }),
    ],
    [
      { at: "each", field: "buttons", label: "label", role: "flow" },
      { at: "fixed", id: "other", label: "Anything else", role: "flow" },
      { at: "fixed", id: "timeout", label: "No answer", role: "error" },
    ],
    {
      group: "message",
      icon: "message-circle-question",
      summary: "{text}",
      help: "Asks, and waits for one of the answers.",
      waits: true,
      effect: true,
      synonyms: ["question", "choice", "menu"],
      example: {
        kind: "message.ask",
        v: 1,
        fields: {
          text: "",
          buttons: [
            { id: "aaaa", label: "Yes" },
            { id: "bbbb", label: "No" },
          ],
        },
        next: {},
      },
    },
  ),
  kind(
    "logic.if",
    "If",
    [field("condition", "Condition", { is: "expr" }, { required: true })],
    [
      { at: "fixed", id: "yes", label: "Yes", role: "flow" },
      { at: "fixed", id: "no", label: "No", role: "flow" },
    ],
    {
      group: "logic",
      icon: "split",
      summary: "If {condition}",
      help: "Goes one of two ways.",
      synonyms: ["condition", "branch"],
    },
  ),
  kind(
    "logic.switch",
    "Switch",
    [
      field("value", "Value", { is: "expr" }),
      field("cases", "Cases", {
        is: "list",
        ordered: true,
        item: [field("when", "When", { is: "expr" }, { required: true }), field("label", "Label", text())],
      }),
    ],
    [
      { at: "each", field: "cases", label: "label", role: "flow" },
      { at: "fixed", id: "else", label: "Otherwise", role: "flow" },
    ],
    {
      group: "logic",
      icon: "git-fork",
      summary: "By {value}",
      help: "Goes the way of the first case that holds.",
      synonyms: ["case", "route"],
    },
  ),
  kind("logic.call", "Run flow", [field("flow", "Flow", { is: "flow" }, { required: true })], [out], {
    group: "logic",
    icon: "workflow",
    summary: "Runs {flow}",
    help: "Runs another flow and comes back.",
    synonyms: ["call", "subflow"],
  }),
  kind(
    "data.set",
    "Set variable",
    [
      field("variable", "Variable", { is: "variable" }, { required: true }),
      field("value", "Value", { is: "expr" }, { required: true }),
    ],
    [out],
    {
      group: "data",
      icon: "variable",
      summary: "Sets {variable} to {value}",
      help: "Remembers a value.",
      synonyms: ["store", "assign"],
    },
  ),
  kind(
    "world.http",
    "HTTP request",
    [
      field(
        "method",
        "Method",
        { is: "choice", options: ["GET", "POST", "PUT", "DELETE"].map((value) => ({ value, label: value })) },
        { default: "GET" },
      ),
      field("url", "Address", text(), { required: true, template: true, placeholder: "https://" }),
      field("headers", "Headers", { is: "map", value: field("header", "Header", text()) }),
      field("body", "Body", { is: "json" }, { when: { field: "method", is: ["POST", "PUT"] } }),
      field("token", "Token", { is: "secret" }, { secret: true }),
      field("retries", "Retries", { is: "number", integer: true, min: 0, max: 10 }, { advanced: true, default: 2 }),
      field("timeout", "Timeout", { is: "duration" }, { advanced: true }),
    ],
    [out, error],
    {
      group: "world",
      icon: "globe",
      summary: "{method} {url}",
      help: "Asks another service on the web.",
      effect: true,
      synonyms: ["api", "rest", "fetch", "webhook"],
    },
  ),
  kind(
    "data.script",
    "Script",
    [field("code", "Code", { is: "code", language: "javascript" }, { required: true })],
    [out, error],
    {
      group: "data",
      icon: "code",
      summary: "{code}",
      help: "Runs JavaScript.",
      synonyms: ["javascript", "js"],
      effect: true,
    },
  ),
  kind("people.handover", "Hand over to a person", [field("team", "Team", text())], [out], {
    group: "people",
    icon: "users",
    summary: "To {team}",
    help: "Lets a person answer from here.",
    platforms: ["telegram"],
  }),
  kind(
    "ai.answer",
    "Answer with AI",
    [
      field("prompt", "Instructions", text(true), { template: true }),
      field("warmth", "Freedom", { is: "number", integer: false, min: 0, max: 1 }),
    ],
    [out, error],
    {
      group: "ai",
      icon: "sparkles",
      summary: "{prompt}",
      help: "Lets a language model write the answer.",
      effect: true,
      synonyms: ["llm", "gpt"],
    },
  ),
];
