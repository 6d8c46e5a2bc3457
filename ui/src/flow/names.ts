import type { Descriptor, Value } from "../api";
import type { FlowMirror } from "./flow-mirror";
import { type Kinds, titleOf } from "./kinds";
import { isTable, plain } from "./values";

/** A name that an expression can use, with what it is. */
export type Name = { path: string; about: string; from: "variable" | "given" | "node" | "setting" | "event" };

/** What a path holds right now, where somebody knows: a run that is looked at, or the simulator. */
export type Values = (path: string) => Value | undefined;

export const SCOPES = ["user", "chat", "bot"] as const;

/** What the platform says of the person, the chat and the bot; a test holds it to `crates/flow/src/bot.rs`. */
export const GIVEN: Record<string, readonly string[]> = {
  user: ["id", "first_name", "last_name", "name", "username", "language"],
  chat: ["id", "title", "type"],
  bot: ["id", "name"],
};

const EVENT: readonly [string, string][] = [
  ["msg.text", "What was written"],
  ["msg.args", "What follows the command, or the colon of a button's data"],
  ["msg.button", "The data of the pressed button"],
  ["msg.data", "What came with the event or the call"],
  ["msg.files", "Files that came with it"],
  ["msg.id", "The message's id"],
];

/** Everything that can be named in a flow, variables first. */
export function namesOf(manifest: { [key in string]: Value }, flow: FlowMirror | undefined, kinds: Kinds): Name[] {
  const names: Name[] = [];
  const variables = isTable(manifest.variables) ? manifest.variables : {};
  for (const scope of SCOPES) {
    const declared = variables[scope];
    for (const [name, about] of Object.entries(isTable(declared) ? declared : {}))
      names.push({ path: `${scope}.${name}`, about: isTable(about) ? plain(about.type) : "", from: "variable" });
  }
  for (const name of runVariables(flow, kinds)) names.push({ path: `flow.${name}`, about: "", from: "variable" });
  for (const [path, about] of EVENT) names.push({ path, about, from: "event" });
  for (const scope of SCOPES)
    for (const name of GIVEN[scope] ?? []) names.push({ path: `${scope}.${name}`, about: "", from: "given" });
  for (const node of flow?.nodes.values() ?? []) {
    if (!node.key) continue;
    const kind = kinds.get(node.kind);
    const about = titleOf(node, kind);
    names.push({ path: `nodes.${node.key}`, about, from: "node" });
    for (const output of outputsOf(kind)) names.push({ path: `nodes.${node.key}.${output}`, about, from: "node" });
  }
  for (const [name, value] of Object.entries(isTable(manifest.settings) ? manifest.settings : {}))
    names.push({ path: `env.${name}`, about: plain(value), from: "setting" });
  names.push({ path: "now", about: "", from: "given" });
  return names;
}

/** The variables of a run: the flow's inputs, and what its nodes set. */
function runVariables(flow: FlowMirror | undefined, kinds: Kinds): Set<string> {
  const found = new Set(Object.keys(flow?.inputs ?? {}));
  const look = (value: Value | undefined): void => {
    if (typeof value === "string") {
      const name = /^flow\.(\w+)$/.exec(value)?.[1];
      if (name) found.add(name);
    } else if (Array.isArray(value)) value.forEach(look);
    else if (isTable(value)) Object.values(value).forEach(look);
  };
  for (const node of flow?.nodes.values() ?? []) {
    for (const field of kinds.get(node.kind)?.fields ?? [])
      if (field.type.is === "variable" || field.type.is === "list") look(node.fields[field.name]);
  }
  return found;
}

/** What a node gives, as its kind's help says: `nodes.<key>.text`, or the words in the sentence after `nodes.<key>`. */
export function outputsOf(kind: Descriptor | undefined): string[] {
  const found = new Set<string>();
  for (const sentence of (kind?.help ?? "").split(/(?<=[.:;])\s+/)) {
    for (const [, name] of sentence.matchAll(/nodes\.<key>\.(\w+)/g)) if (name) found.add(name);
    const after = /`nodes\.<key>` has (.*)/s.exec(sentence)?.[1];
    for (const [, name] of after?.matchAll(/`([a-z_]+)`/g) ?? []) if (name) found.add(name);
  }
  return [...found];
}
