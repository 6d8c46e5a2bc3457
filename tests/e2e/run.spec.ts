import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, inspector, open, pick, test as plain, start } from "./studio";
import { type Telegram, telegram } from "./telegram";

/** The studio over a bot on Telegram alone, with a double in Telegram's place. */
const test = plain.extend<{ network: Telegram }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  network: async ({}, use) => {
    const network = await telegram();
    await use(network);
    network.stop();
  },
  studio: async ({ network }, use) => {
    const studio = await start("welcome", { NEXUS_TELEGRAM_API: network.url });
    const manifest = join(studio.bot, "bot.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace('["telegram", "discord"]', '["telegram"]'));
    await use(studio);
    await studio.stop();
  },
});

const panel = (page: Page) => page.getByRole("dialog", { name: "Run the bot" });
const state = (page: Page) => panel(page).getByTestId("run-state");

test("a bot runs from the window: token, run, an answer, a restart with changes, stop", async ({ app, network }) => {
  await app.getByTestId("run").click();
  await expect(state(app)).toContainText("Not running");
  await expect(panel(app).getByRole("button", { name: "Run", exact: true })).toBeDisabled();
  await panel(app).getByLabel("Telegram token").fill(network.token);
  await app.keyboard.press("Enter");
  await expect(panel(app).getByText("token kept")).toBeVisible();
  await panel(app).getByRole("button", { name: "Run", exact: true }).click();
  await expect(state(app)).toContainText("Running");
  await expect(panel(app).getByRole("log")).toContainText("Telegram: listening.");
  network.says("/start");
  await expect.poll(() => network.texts.join("\n")).toContain("Corner Books");

  await app.keyboard.press("Escape");
  await pick(app, "Hand over");
  await inspector(app).getByLabel("Text", { exact: false }).first().fill("One moment, please.");
  await app.keyboard.press("Control+Enter");
  await panel(app).getByRole("button", { name: "Restart with the changes" }).click();
  await expect(panel(app).getByRole("button", { name: "Restart with the changes" })).toHaveCount(0);
  await expect(state(app)).toContainText("Running");

  await panel(app).getByRole("button", { name: "Stop" }).click();
  await expect(state(app)).toContainText("Not running");
  await expect(app.locator("body")).not.toContainText(network.token);
});

test("a wrong token and a webhook are said, with what to do", async ({ app, network }) => {
  await app.keyboard.press("Control+Enter");
  const token = panel(app).getByLabel("Telegram token");
  await token.fill("424242:not-this-one");
  await app.keyboard.press("Enter");
  await panel(app).getByRole("button", { name: "Run", exact: true }).click();
  await expect(panel(app).getByRole("status").getByText("Telegram does not know this token.")).toBeVisible();
  await panel(app).getByRole("button", { name: "Change token" }).click();
  await token.fill(network.token);
  await app.keyboard.press("Enter");
  await expect(token).toHaveCount(0);
  network.webhook(true);
  await app.waitForTimeout(300);
  await panel(app).getByRole("button", { name: "Run", exact: true }).click();
  await panel(app).getByRole("button", { name: "Take the webhook away and run" }).click();
  await expect(state(app)).toContainText("Running");
});

test("a bot that runs stops with its studio", async ({ app, network, studio }) => {
  await app.getByTestId("run").click();
  await panel(app).getByLabel("Telegram token").fill(network.token);
  await app.keyboard.press("Enter");
  await panel(app).getByRole("button", { name: "Run", exact: true }).click();
  await expect(state(app)).toContainText("Running");
  const second = await app.context().newPage();
  await open(second, studio);
  await expect(second.getByTestId("run")).toHaveAttribute("data-state", "running");
  await second.close();
  await app.close();
  await studio.stop();
});
