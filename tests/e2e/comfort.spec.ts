import { card, expect, open, pick, test } from "./studio";

test("where the system has colours of its own, cards have edges and selection shows", async ({ app }) => {
  await app.emulateMedia({ forcedColors: "active" });
  await pick(app, "Menu");
  const outline = (title: string) => card(app, title).evaluate((one) => getComputedStyle(one).outlineWidth);
  expect(await outline("Hand over")).toBe("1px");
  expect(await outline("Menu")).toBe("3px");
});

test("at twice the size nothing is cut off", async ({ browser, studio }) => {
  const page = await browser.newPage({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
  await open(page, studio);
  for (const name of ["Theme", "Add node", "Undo", "Search commands, nodes and flows"]) {
    const box = await page.getByRole("button", { name, exact: true }).first().boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 720, name).toBe(true);
  }
  await page.keyboard.press("Control+,");
  const box = await page.getByRole("dialog").boundingBox();
  expect(box && box.y >= 0 && box.y + box.height <= 450).toBe(true);
  await page.close();
});

test("rows are tall enough for a finger", async ({ browser, studio }) => {
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 1180, height: 820 } });
  const page = await context.newPage();
  await open(page, studio);
  const rows = await page.getByRole("treeitem").first().boundingBox();
  expect(rows?.height).toBeGreaterThanOrEqual(36);
  await context.close();
});
