import type { Page } from "@playwright/test";
import { expect, open, test } from "./studio";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Settings" });

test("the browser form has settings, and nothing about updates among them", async ({ app }) => {
  await app.keyboard.press("Control+,");
  await expect(dialog(app)).toContainText(/Version\s*\d+\.\d+\.\d+/);
  await dialog(app).getByRole("radio", { name: "Dark" }).click();
  await expect(app.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(dialog(app).getByRole("switch")).toHaveCount(0);
  await expect(dialog(app)).not.toContainText("pdate");
  await app.keyboard.press("Escape");
  await expect(dialog(app)).toHaveCount(0);
  await app.getByRole("button", { name: /^Bot / }).click();
  await app.getByRole("menuitem", { name: "Settings" }).click();
  await expect(dialog(app)).toBeVisible();
});

/** As the window has it: the studio is real, what is known of newer versions is made up. */
test("where updates can be had they are looked for only when that is wanted", async ({ page, studio }) => {
  const release = { version: "9.9.9", notes: "Everything is better." };
  const asked: string[] = [];
  await page.route("**/rpc/app.info", async (route) => {
    const reply = await route.fetch();
    await route.fulfill({ response: reply, json: { ...(await reply.json()), updates: true } });
  });
  await page.route("**/rpc/updates.*", async (route) => {
    asked.push(route.request().url().split("/").at(-1) ?? "");
    await route.fulfill({ json: { state: "found", release } });
  });
  await open(page, studio);
  await page.getByRole("button", { name: "Update to 9.9.9" }).click();
  const look = dialog(page).getByRole("switch", { name: "Look for updates" });
  await expect(look).not.toBeChecked();
  await look.click();
  await expect(look).toBeChecked();
  await expect(dialog(page)).toContainText("Everything is better.");
  expect(new Set(asked)).toEqual(new Set(["updates.get"]));
  await dialog(page).getByRole("button", { name: "Install and restart" }).click();
  await expect.poll(() => asked.at(-1)).toBe("updates.install");

  await page.reload();
  await page.getByRole("button", { name: "Update to 9.9.9" }).click();
  await expect(look).toBeChecked();
});
