// The real window, once through: open an example, edit a text, see it on disk, undo it, see the file as it was.
// `cargo xtask test window` builds what this needs and runs it.

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { keys, openDesktop, until } from "./desktop.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const application = process.env.NEXUS_BOTS ?? path.join(root, "target/debug/nexus-bots");
const pictures = process.env.PICTURES ?? path.join(root, "target/window");

test("an edit in the window reaches the file, and undo takes it back", { timeout: 120_000 }, async (t) => {
  const home = await mkdtemp(path.join(tmpdir(), "nexus-window-"));
  let desktop;
  t.after(async () => {
    await desktop?.page.picture("last").catch(() => undefined);
    await desktop?.close();
    await rm(home, { recursive: true, force: true });
  });
  const bot = path.join(home, "bot");
  await cp(path.join(root, "flows-examples/welcome"), bot, { recursive: true });
  const file = path.join(bot, "flows/main.flow.json");
  const before = await readFile(file, "utf8");

  desktop = await openDesktop({ application, args: [bot], env: { NEXUS_DATA: path.join(home, "data") }, pictures });
  const { page } = desktop;

  assert.match(await page.title(), /Nexus Bots/);
  await page.find(".react-flow__node");
  await page.picture("opened");

  const text = await page.click(".react-flow__node", ...linesSaid(JSON.parse(before)));
  await page.click("textarea, [data-panel=inspector] [contenteditable=true]", text);
  await page.chord(keys.control, keys.end);
  await page.type(" Edited here.");
  const edited = await until("the edit is on disk", async () => {
    const now = await readFile(file, "utf8");
    return now.includes("Edited here.") && now;
  });
  assert.equal(linesThatDiffer(before, edited).length, 1, "one text changed, so one line did");
  await page.picture("edited");

  // Slow typing is more than one step back.
  await page.click(".react-flow__pane");
  await until("undo is on disk", async () => {
    await page.chord(keys.control, "z");
    await sleep(700);
    return (await readFile(file, "utf8")) === before;
  });
});

/** What the bot says, as the canvas and the inspector show it; of longer texts the first line. */
function linesSaid(flow) {
  const texts = Object.values(flow.nodes).flatMap(({ kind, fields }) => (kind === "message.send" ? [fields.text] : []));
  return texts.map((text) => (typeof text === "string" ? text : text.$lines[0]));
}

function linesThatDiffer(before, after) {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return now.filter((line, index) => line !== old[index]);
}
