import type { Descriptor, Mode } from "../api";

/** What most bots are made of. Everything else is found under "More", or by typing its name. */
const BASELINE: ReadonlySet<string> = new Set([
  "trigger.command",
  "trigger.message",
  "trigger.button",
  "trigger.started",
  "trigger.joined",
  "trigger.schedule",
  "message.send",
  "message.ask",
  "message.question",
  "message.buttons",
  "message.confirm",
  "message.media",
  "message.poll",
  "logic.if",
  "logic.switch",
  "logic.delay",
  "logic.random",
  "logic.call",
  "logic.stop",
  "data.set",
  "data.counter",
  "world.http",
  "world.email",
  "people.hand_over",
  "ai.prompt",
]);

/** Whether a kind stands among the first ones in this mode. */
export function isFirst(kind: Descriptor, mode: Mode): boolean {
  return mode !== "creator" || BASELINE.has(kind.kind);
}
