// The real window looks for a newer version, is offered one, and refuses it, because nobody here has the key of the product.
// `cargo xtask test window` builds what this needs and runs it.

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";

import { keys, openDesktop, until } from "./desktop.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const application = process.env.NEXUS_BOTS ?? path.join(root, "target/debug/nexus-bots");
const pictures = process.env.PICTURES ?? path.join(root, "target/window");

test("an update is looked for when asked, and refused when others signed it", { timeout: 120_000 }, async (t) => {
  const home = await mkdtemp(path.join(tmpdir(), "nexus-window-"));
  const publisher = await publish("9.9.9");
  let desktop;
  t.after(async () => {
    await desktop?.page.picture("update").catch(() => undefined);
    await desktop?.close();
    publisher.close();
    await rm(home, { recursive: true, force: true });
  });
  const bot = path.join(home, "bot");
  await cp(path.join(root, "flows-examples/welcome"), bot, { recursive: true });
  const before = await readFile(application);

  const env = { NEXUS_DATA: path.join(home, "data"), NEXUS_UPDATES: publisher.address };
  desktop = await openDesktop({ application, args: [bot], env, pictures });
  const { page } = desktop;
  await page.find(".react-flow__node");
  assert.deepEqual(publisher.asked, [], "nobody is asked by a first start");

  await page.click(".react-flow__pane");
  await page.chord(keys.control, ",");
  await page.click("[role=dialog] button", "Check now");
  await page.find("[role=dialog]", "Version 9.9.9 is available");
  await page.click("[role=dialog] button", "Install and restart");
  await page.find("[role=dialog]", "This update was refused");
  assert.deepEqual(publisher.asked, ["/latest.json", "/package"]);
  assert.ok(before.equals(await readFile(application)), "the program is as it was");

  await page.picture("refused");

  await page.click("#look-for-updates");
  await page.find("#look-for-updates[data-state=checked]");
  await page.find("[role=dialog]", "Version 9.9.9 is available");
  assert.equal(publisher.asked.length, 3, "turned on, it looks at once");
  await until("the choice is on disk", async () => {
    const text = await readFile(path.join(home, "data/settings.json"), "utf8").catch(() => "");
    return text.includes("true");
  });

  // The page has the one command; the plugin's are not for it.
  const refusal = await page.run(() =>
    window.__TAURI_INTERNALS__.invoke("plugin:updater|check").then(
      () => "was answered",
      (error) => String(error),
    ),
  );
  assert.match(refusal, /not allowed/);
});

// Signed by `tauri signer sign` with a pair of keys that was thrown away.
const PACKAGE = "a package that others signed\n";
const SIGNATURE = [
  "dW50cnVzdGVkIGNvbW1lbnQ6IHNpZ25hdHVyZSBmcm9tIHRhdXJpIHNlY3JldCBrZXkKUlVTeFRaeURSMkRnK1NUYWpWc3ZkalBpRCtEQks1bG",
  "56Z004Z2dXVnI5QUQwM3h2NFhicmZxZFhQODRTNi84ZEtLTFFIWDI2V2srblpqSkFJaHpkR3dkbzNjYUJPOTg3OGc4PQp0cnVzdGVkIGNvbW1l",
  "bnQ6IHRpbWVzdGFtcDoxNzk1NTI3NjU5CWZpbGU6cGFja2FnZQl2ZXJzaW9uOjkuOS45ClZpdTBZNmgwWHFOQVlYQXRFcklKS3Z4K2o5RDAzYn",
  "ZhMzE0RXFtVVFMVTBXOThUdVVDWnQyekFCQUl4dThDWFV6VWRiYkJaY2NGcmlJQ1c3UmFBc0NnPT0K",
].join("");

/** A version that was signed, properly, with a key that is not ours. */
async function publish(version) {
  const asked = [];
  const server = createServer((request, reply) => {
    asked.push(request.url);
    if (request.url === "/package") return reply.end(PACKAGE);
    const arch = { x64: "x86_64", arm64: "aarch64" }[process.arch];
    const here = { url: `${address}/package`, signature: SIGNATURE };
    reply.setHeader("content-type", "application/json");
    reply.end(JSON.stringify({ version, notes: "Everything is better.", platforms: { [`linux-${arch}`]: here } }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  return { asked, address: `${address}/latest.json`, close: () => server.close() };
}
