import { expect, test, vi } from "vitest";
import type { Api, RunLine, RunView } from "../api";
import { Failure } from "../api";
import { BotRun, standing } from "./bot-run";

const line = (seq: number): RunLine => ({ seq, at: 0, tone: "plain", text: `line ${seq}` });
const alive: RunView = { state: "running", networks: [{ network: "telegram", state: "listening" }] };

/** A run whose studio answers with these. */
function run(answers: Record<string, unknown> = {}) {
  const calls: string[] = [];
  const failures: Failure[] = [];
  const api: Api = {
    rpc: (async (name: string) => {
      calls.push(name);
      if (!(name in answers)) throw new Failure("refused", name);
      return answers[name];
    }) as Api["rpc"],
    listen: () => () => {},
  };
  return { it: new BotRun(api, "b1", (failure) => failures.push(failure)), calls, failures };
}

test.each<[RunView, string]>([
  [{ state: "stopped", networks: [] }, "stopped"],
  [{ state: "stopped", networks: [], trouble: { code: "busy", message: "No." } }, "trouble"],
  [{ state: "connecting", networks: [] }, "connecting"],
  [alive, "running"],
  [{ state: "running", networks: [...alive.networks, { network: "discord", state: "trouble", why: "!" }] }, "trouble"],
  [{ state: "running", networks: [{ network: "telegram", state: "ended" }] }, "trouble"],
])("how it stands: %j", (view, word) => {
  expect(standing(view)).toBe(word);
});

test("events about the run are its own, all others are not", () => {
  const { it } = run();
  const fired = vi.fn();
  it.watch(fired);
  expect(it.hear({ bot: "b1", type: "run", run: alive })).toBe(true);
  expect(it.hear({ bot: "b1", type: "run_line", line: line(1) })).toBe(true);
  expect(it.hear({ bot: "b1", type: "save", save: { state: "saved" } })).toBe(false);
  expect(it.standing).toBe("running");
  expect(it.lines).toEqual([line(1)]);
  expect(fired).toHaveBeenCalledTimes(2);
});

test("a line that the status told of already stands there once", async () => {
  const { it } = run({ "run.status": { run: alive, lines: [line(1), line(2)], changed: false } });
  await it.refresh();
  it.hear({ bot: "b1", type: "run_line", line: line(2) });
  it.hear({ bot: "b1", type: "run_line", line: line(3) });
  expect(it.lines.map((one) => one.seq)).toEqual([1, 2, 3]);
});

test("whether it changed is asked a moment after the last change, and only while it runs", async () => {
  vi.useFakeTimers();
  const changed = { bot: "b1", type: "changed", revision: 2, client: "", seq: 0, label: "", patches: [] } as const;
  const { it, calls } = run({ "run.status": { run: alive, lines: [], changed: true } });
  it.hear({ ...changed, patches: [] });
  await vi.advanceTimersByTimeAsync(1000);
  expect(calls).toEqual([]);
  it.hear({ bot: "b1", type: "run", run: alive });
  it.hear({ ...changed, patches: [] });
  it.hear({ ...changed, patches: [] });
  await vi.advanceTimersByTimeAsync(1000);
  expect(calls).toEqual(["run.status"]);
  expect(it.changed).toBe(true);
  it.hear({ bot: "b1", type: "run", run: { state: "stopped", networks: [] } });
  expect(it.changed).toBe(false);
  vi.useRealTimers();
});

test("a value that was not kept is said, and the list is as before", async () => {
  const { it, failures } = run();
  expect(await it.setSecret("telegram_token", "x")).toBe(false);
  expect(failures).toHaveLength(1);
  expect(it.secrets).toBeUndefined();
});
