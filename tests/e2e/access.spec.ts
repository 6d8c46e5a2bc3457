import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, open, pick, start, test } from "./studio";

/** What axe finds that keeps somebody from working: each with the place it was found at. */
async function barriers(page: Page, view: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  return violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .flatMap((one) =>
      one.nodes.map((node) => {
        const why = [...node.any, ...node.all, ...node.none][0]?.message ?? one.help;
        return `${view}: ${one.id}: ${node.html.slice(0, 160)}: ${why}`;
      }),
    );
}

const KINDS = ["Menu", "Hand over", "Ask for a title"];

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 1440, height: 900 } });
    test.setTimeout(120_000);

    test(`no view keeps anybody out, ${colorScheme}`, async ({ app }) => {
      const found: string[] = [];
      const look = async (view: string) => found.push(...(await barriers(app, view)));
      const canvas = () => app.getByTestId("canvas").click({ position: { x: 400, y: 12 } });

      await look("workspace");
      for (const side of ["Outline", "Search in all flows", "History", "Flows"]) {
        await app.getByRole("tab", { name: side, exact: true }).click();
        await look(side);
      }
      for (const title of KINDS) {
        await pick(app, title);
        await look(`inspector of ${title}`);
      }
      await app.keyboard.press("Control+f");
      await app.getByTestId("find").getByRole("textbox").fill("you");
      await look("find bar");
      await app.keyboard.press("Escape");
      await app.keyboard.press("Control+j");
      await look("problems");
      await app.keyboard.press("Control+j");
      await canvas();
      await app.keyboard.press("Space");
      await expect(app.getByRole("dialog", { name: "Add a node" })).toBeVisible();
      await look("palette");
      await app.keyboard.press("Escape");
      await app.keyboard.press("Control+k");
      await expect(app.getByRole("dialog")).toBeVisible();
      await look("command palette");
      await app.keyboard.press("Escape");
      await app.keyboard.press("Control+,");
      await expect(app.getByRole("dialog", { name: "Settings" })).toBeVisible();
      await look("settings");
      await app.keyboard.press("Escape");
      await canvas();
      await app.keyboard.press("Shift+?");
      await expect(app.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
      await look("key sheet");
      await app.keyboard.press("Escape");
      await app.keyboard.press("Control+Enter");
      await expect(app.getByRole("dialog", { name: "Run the bot" })).toBeVisible();
      await look("run");
      await app
        .getByRole("dialog", { name: "Run the bot" })
        .getByRole("button", { name: /Publish/ })
        .click();
      await expect(app.getByRole("dialog", { name: /Publish/ })).toBeVisible();
      await look("publish");
      await app.keyboard.press("Escape");
      await app.getByRole("button", { name: "Add flow" }).click();
      await app.keyboard.type("Empty");
      await app.keyboard.press("Enter");
      await expect(app.getByRole("treeitem", { name: "Empty" })).toBeVisible();
      await look("empty flow");
      await app.getByRole("button", { name: /^Bot / }).click();
      await look("menu");
      await app.getByRole("menuitem", { name: "Close bot" }).click();
      await expect(app.getByRole("region", { name: "Recent bots" })).toBeVisible();
      await look("start");
      await app.getByRole("button", { name: "New bot" }).click();
      await look("new bot");
      expect(found).toEqual([]);
    });

    test(`a large bot keeps nobody out, ${colorScheme}`, async ({ page }) => {
      const studio = await start("shop");
      await open(page, studio);
      expect(await barriers(page, "shop")).toEqual([]);
      await page.locator("[data-node-id]").first().click();
      expect(await barriers(page, "shop's inspector")).toEqual([]);
      await studio.stop();
    });
  });
}
