import { expect, test } from "vitest";
import type { Api, BotView, Patch, StudioEvent } from "../api";
import { Failure } from "../api";
import { OpenBot } from "./open-bot";
import { KINDS, node, view } from "./sample";

const FLOW = "flows/main.flow.json";
const opened = (revision: number): BotView => ({
  bot: "b1",
  root: "/bots/one",
  revision,
  manifest: { name: "One" },
  flows: [view({ a: node("start") })],
  files: [],
  clashes: [],
  save: { state: "saved" },
});

/** A studio that answers when told to. */
function studio() {
  const calls: { name: string; request: never }[] = [];
  let say: (event: StudioEvent) => void = () => {};
  let link: (up: boolean) => void = () => {};
  const answers: Record<string, (request: never) => unknown> = {
    "bot.problems": () => ({ revision: 1, problems: [] }),
    "bot.open": () => opened(9),
  };
  const api: Api = {
    rpc: (async (name: string, request: never) => {
      calls.push({ name, request });
      const answer = answers[name];
      if (!answer) throw new Failure("not_found", name);
      return answer(request);
    }) as Api["rpc"],
    listen: (listener) => {
      say = (event) => listener.event(event);
      link = (up) => listener.link(up);
      return () => {};
    },
  };
  const bot = new OpenBot(api, KINDS, opened(1));
  bot.view.show(FLOW);
  const changed = (revision: number, patches: Patch[]): StudioEvent => ({
    bot: "b1",
    type: "changed",
    revision,
    client: "x",
    seq: 1,
    label: "Edit",
    patches,
  });
  return {
    bot,
    api,
    calls,
    answers,
    say: (event: StudioEvent) => say(event),
    link: (up: boolean) => link(up),
    changed,
  };
}
const parts: Patch = { at: "parts", path: FLOW, nodes: { b: node("say") }, groups: {}, notes: {}, layout: {} };
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test("a change is done when its echo is in the mirror", async () => {
  const { bot, answers, say, changed } = studio();
  answers["bot.change"] = () => ({ revision: 2 });
  let done = false;
  const change = bot.change("Add", [{ op: "node", flow: FLOW, id: "b", node: node("say") }]).then(() => {
    done = true;
  });
  await settled();
  expect(done).toBe(false);
  expect(bot.flow?.nodes.has("b")).toBe(false);
  say(changed(2, [parts]));
  await change;
  expect(bot.flow?.nodes.has("b")).toBe(true);
});

test("changes go out one at a time, in order, with growing numbers", async () => {
  const { bot, answers, calls } = studio();
  answers["bot.change"] = () => ({ revision: 1 });
  await Promise.all(
    ["x", "y", "z"].map((value) => bot.change(value, [{ op: "flow_prop", flow: FLOW, prop: "name", value }])),
  );
  const sent = calls
    .filter((call) => call.name === "bot.change")
    .map((call) => call.request as { label: string; seq: number });
  expect(sent.map(({ label }) => label)).toEqual(["x", "y", "z"]);
  expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test("a refusal is told, and the next change still goes out", async () => {
  const { bot, answers } = studio();
  const told: string[] = [];
  bot.onFailure = (failure) => told.push(failure.message);
  expect(await bot.change("x", [{ op: "flow_prop", flow: FLOW, prop: "name", value: "x" }])).toBe(false);
  answers["bot.change"] = () => ({ revision: 1 });
  expect(await bot.change("y", [{ op: "flow_prop", flow: FLOW, prop: "name", value: "y" }])).toBe(true);
  expect(told).toEqual(["bot.change"]);
});

test("old events are skipped, a gap asks for the whole bot", async () => {
  const { bot, calls, say, changed } = studio();
  say(changed(1, [parts]));
  expect(bot.flow?.nodes.has("b")).toBe(false);
  say(changed(3, [parts]));
  await settled();
  expect(calls.some((call) => call.name === "bot.open")).toBe(true);
  expect(bot.mirror.revision).toBe(9);
});

test("a lost stream pauses editing; the bot is read anew when it is back", async () => {
  const { bot, link } = studio();
  link(true);
  expect(bot.editable).toBe(true);
  link(false);
  expect(bot.editable).toBe(false);
  link(true);
  await settled();
  expect(bot.editable).toBe(true);
  expect(bot.mirror.revision).toBe(9);
});

test("what is gone is no longer selected", () => {
  const { bot, say, changed } = studio();
  bot.view.select(["a"]);
  say(changed(2, [{ ...parts, nodes: { a: null } }]));
  expect(bot.view.nodes.size).toBe(0);
});

test("events of other bots are none of ours", () => {
  const { bot, say, changed } = studio();
  say({ ...changed(2, [parts]), bot: "b2" });
  expect(bot.mirror.revision).toBe(1);
});
