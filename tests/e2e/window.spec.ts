import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { card, expect, inspector, MAIN, open, pick, test } from "./studio";

test("two windows stay in step", async ({ app, studio, context }) => {
  const second = await context.newPage();
  await open(second, studio);
  await pick(app, "Hand over");
  await inspector(app).getByLabel("Text", { exact: false }).first().fill("One moment, please.");
  await expect(card(second, "Hand over")).toContainText("One moment, please.");
  await pick(second, "Hand over");
  await second.keyboard.press("Delete");
  await expect(card(app, "Hand over")).toHaveCount(0);
  await app.getByRole("button", { name: /^Undo/ }).click();
  await expect(card(second, "Hand over")).toBeVisible();
});

test("what another program writes arrives", async ({ app, studio }) => {
  writeFileSync(
    join(studio.bot, MAIN),
    studio.read(MAIN).replace("Please choose one of the buttons.", "Please use a button."),
  );
  await expect(card(app, "Did not understand")).toContainText("Please use a button.", { timeout: 10_000 });
});

test("a problem shows, leads to its node, and its fix applies", async ({ app, studio }) => {
  await pick(app, "Hand over");
  await inspector(app).getByLabel("Text", { exact: false }).first().fill("Hello {{ bot.visitz }}");
  await expect(app.getByTestId("problem-count")).not.toContainText("No problems");
  await expect(card(app, "Hand over").getByRole("img", { name: /problem/ })).toBeVisible();
  await app.getByTestId("problem-count").click();
  const row = app.getByRole("region", { name: "Problems" }).locator("[data-problem]").first();
  await row.getByRole("button").first().click();
  await expect(inspector(app).getByRole("heading", { name: "Hand over" })).toBeVisible();
  const fix = row.getByRole("button").nth(1);
  await expect(fix).toBeVisible();
  await fix.click();
  await expect(app.getByTestId("problem-count")).toContainText("No problems");
  await expect.poll(() => studio.read(MAIN)).not.toContain("visitz");
});

test("everything by keyboard", async ({ app, studio }) => {
  await app.keyboard.press("Control+k");
  await app.keyboard.type("hand over");
  await app.keyboard.press("Enter");
  await expect(inspector(app).getByRole("heading", { name: "Hand over" })).toBeVisible();
  await app.keyboard.press("Enter");
  await app.keyboard.press("Control+a");
  await app.keyboard.type("Written by hand.");
  await app.keyboard.press("Escape");
  await app.keyboard.press("Space");
  await expect(app.getByRole("dialog", { name: "Add a node" })).toBeVisible();
  await app.keyboard.type("send");
  await app.keyboard.press("Enter");
  await expect(inspector(app).getByRole("heading", { name: "Send message" })).toBeVisible();
  // The caret is in the new node's first field.
  await app.keyboard.press("Escape");
  await app.keyboard.press("Alt+ArrowLeft");
  await expect(inspector(app).getByRole("heading", { name: "Hand over" })).toBeVisible();
  await app.keyboard.press("Control+j");
  await expect(app.getByRole("region", { name: "Problems" })).toBeVisible();
  await expect.poll(() => studio.read(MAIN)).toContain("Written by hand.");
});

test("flows are added, renamed and deleted", async ({ app, studio }) => {
  await app.getByRole("button", { name: "Add flow" }).click();
  await app.keyboard.type("Gift cards");
  await app.keyboard.press("Enter");
  await expect(app.getByRole("treeitem", { name: "Gift cards" })).toHaveAttribute("aria-selected", "true");
  await expect.poll(() => studio.read("flows/gift-cards.flow.json")).toContain("Gift cards");
  await app.getByRole("treeitem", { name: "Gift cards" }).focus();
  await app.keyboard.press("F2");
  await app.keyboard.type("Vouchers");
  await app.keyboard.press("Enter");
  await expect(app.getByRole("treeitem", { name: "Vouchers" })).toBeVisible();
  await app.getByRole("treeitem", { name: "Vouchers" }).focus();
  await app.keyboard.press("Delete");
  await expect(app.getByRole("treeitem", { name: "Vouchers" })).toHaveCount(0);
});

for (const colorScheme of ["light", "dark"] as const)
  test(`looks right in ${colorScheme}`, async ({ browser, studio }, info) => {
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 900, height: 600 },
    ]) {
      const page = await browser.newPage({ colorScheme, viewport });
      await open(page, studio);
      await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
      const picture = await page.screenshot({ path: info.outputPath(`${colorScheme}-${viewport.width}.png`) });
      expect(picture.byteLength).toBeGreaterThan(20_000);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(wide).toBe(false);
      await page.close();
    }
  });

test("a stopped studio is noticed, and editing pauses", async ({ page, studio }) => {
  await open(page, studio);
  await card(page, "Menu").click();
  await studio.stop();
  await expect(page.getByText("Reconnecting…")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add node" })).toBeDisabled();
});
