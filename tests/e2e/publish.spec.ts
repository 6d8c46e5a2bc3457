import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Page } from "@playwright/test";
import { BINARY, expect, inspector, open, pick, test as plain, start } from "./studio";
import { type Telegram, telegram } from "./telegram";

type Runner = { address: string; token: string; stop(): void };

/** A studio, and a runner as a process of its own, both with a double in Telegram's place. */
const test = plain.extend<{ network: Telegram; runner: Runner }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  network: async ({}, use) => {
    const network = await telegram();
    await use(network);
    network.stop();
  },
  runner: async ({ network }, use) => {
    const runner = await serve(network.url);
    await use(runner);
    runner.stop();
  },
  studio: async ({ network }, use) => {
    const studio = await start("welcome", { NEXUS_TELEGRAM_API: network.url });
    await use(studio);
    await studio.stop();
  },
});

const dialog = (page: Page) => page.getByRole("dialog", { name: "Publish" });

// A runner without a token is a refusal, which the browser writes to its console: so this has a page of its own.
test("a bot is published, with its token, and published again when it changed", async ({
  page,
  studio,
  runner,
  network,
}) => {
  await open(page, studio);
  await page.getByTestId("run").click();
  await page.getByLabel("Telegram token").fill(network.token);
  await page.keyboard.press("Enter");
  await expect(page.getByText("token kept")).toBeVisible();
  await page.getByRole("button", { name: "Publish…" }).click();

  await dialog(page).getByLabel("Runner’s address").fill(runner.address);
  await page.keyboard.press("Enter");
  await dialog(page).getByLabel("Runner’s token").fill(runner.token);
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByText("The bot is new there.")).toBeVisible();
  await expect(dialog(page).getByText("discord_token")).toBeVisible();
  await dialog(page).getByRole("button", { name: "Publish", exact: true }).click();
  await expect(dialog(page).getByText("Version 1 runs")).toBeVisible();
  network.says("/start");
  await expect.poll(() => network.texts.join("\n")).toContain("Corner Books");
  await dialog(page).getByRole("button", { name: "Done" }).click();

  await pick(page, "Hand over");
  await inspector(page).getByLabel("Text", { exact: false }).first().fill("One moment, please.");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("publish");
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByText("Hand over reworded")).toBeVisible();
  await dialog(page).getByRole("button", { name: "Publish", exact: true }).click();
  await expect(dialog(page).getByText("Version 2 runs")).toBeVisible();
});

async function serve(api: string): Promise<Runner> {
  const folder = mkdtempSync(join(tmpdir(), "nexus-e2e-runner-"));
  const child: ChildProcess = spawn(
    BINARY,
    ["serve", "--json", "--data", join(folder, "runner"), "--listen", "127.0.0.1:0"],
    {
      env: { ...process.env, NEXUS_DATA: join(folder, "data"), NEXUS_VAULT: "file", NEXUS_TELEGRAM_API: api },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const { address, token } = await new Promise<{ address: string; token: string }>((found, failed) => {
    if (!child.stdout) return failed(new Error("the runner has no output"));
    createInterface(child.stdout).on("line", (line) => {
      const said = JSON.parse(line);
      if (said.is === "serving") found(said);
    });
    child.once("exit", (code) => failed(new Error(`the runner ended with ${code}`)));
  });
  const stop = () => {
    child.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    child.kill();
  };
  return { address, token, stop };
}
