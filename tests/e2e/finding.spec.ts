import { card, expect, MAIN, pick, test } from "./studio";

test("finding in the flow counts, walks and marks", async ({ app }) => {
  await app.keyboard.press("Control+f");
  const bar = app.getByTestId("find");
  await bar.getByRole("textbox").fill("you");
  await expect(bar.getByRole("status")).toContainText("found");
  await app.keyboard.press("Enter");
  await expect(bar.getByRole("status")).toContainText("1 of");
  await expect(app.locator(".nx-selected")).toHaveCount(1);
  await app.keyboard.press("Shift+Enter");
  await expect(bar.getByRole("status")).not.toContainText("1 of");
  await expect(bar.getByRole("textbox")).toBeFocused();
  await app.keyboard.press("Escape");
  await expect(bar).toHaveCount(0);
});

test("searching the whole bot, and replacing as one change", async ({ app, studio }) => {
  const before = studio.read(MAIN);
  await app.keyboard.press("Control+Shift+f");
  const search = app.getByTestId("search");
  const words = search.getByRole("textbox", { name: "Search in all flows" });
  await expect(words).toBeFocused();
  await words.fill("book");
  await expect(search.getByRole("status")).toContainText("place");
  await search.getByRole("button", { name: "Replace", exact: true }).click();
  await search.getByRole("textbox", { name: "Replace with" }).fill("volume");
  await search.getByRole("button", { name: "All" }).click();
  await expect.poll(() => studio.read(MAIN)).toContain("volume");
  await app.keyboard.press("Escape");
  await app.keyboard.press("Control+z");
  await expect.poll(() => studio.read(MAIN)).toBe(before);
});

test("uses of a variable are found and it is renamed everywhere", async ({ app, studio }) => {
  const names = app.getByTestId("names");
  const row = names.getByRole("treeitem").first();
  const name = ((await row.getAttribute("data-name")) as string).split(".")[1] as string;
  await row.focus();
  await app.keyboard.press("Enter");
  await expect(app.getByTestId("search").getByRole("status")).toContainText(/place/);
  await app.getByRole("tab", { name: "Flows", exact: true }).click();
  await row.focus();
  await app.keyboard.press("F2");
  await app.keyboard.type("renamed_one");
  await app.keyboard.press("Enter");
  await expect.poll(() => studio.read("bot.json")).toContain("renamed_one");
  await expect.poll(() => studio.read(MAIN)).toContain(".renamed_one");
  expect(studio.read(MAIN)).not.toMatch(new RegExp(`(user|chat|bot)\\.${name}\\b`));
});

test("the places one was at are gone back to", async ({ app }) => {
  await pick(app, "Ask for a title");
  await app.keyboard.press("Alt+ArrowLeft");
  await expect(card(app, "Ask for a title")).not.toHaveClass(/nx-selected/);
  await app.keyboard.press("Control+Alt+ArrowLeft");
  await expect(card(app, "Ask for a title")).toHaveClass(/nx-selected/);
  await app.keyboard.press("Control+Alt+ArrowRight");
  await expect(card(app, "Ask for a title")).not.toHaveClass(/nx-selected/);
});

test("the history goes back and forth, and a deleted flow comes back", async ({ app, studio }) => {
  await app.getByRole("button", { name: "Add flow" }).click();
  await app.keyboard.type("Later");
  await app.keyboard.press("Enter");
  await expect(app.getByRole("treeitem", { name: /Later/ })).toBeVisible();
  await app.getByRole("treeitem", { name: /Later/ }).focus();
  await app.keyboard.press("Delete");
  await app.keyboard.press("Control+Shift+h");
  const history = app.getByTestId("history");
  await expect(history.getByRole("button", { name: "Bring back Later" })).toBeVisible();
  await history.getByRole("button", { name: /^As it was at first/ }).click();
  await expect(history.getByRole("button", { name: "Bring back Later" })).toHaveCount(0);
  await history.getByRole("button", { name: /^Delete flow/ }).click();
  await history.getByRole("button", { name: "Bring back Later" }).click();
  await expect.poll(() => studio.read("flows/later.flow.json")).toContain("Later");
});

test("keys are listed and can be changed, and who had them is told", async ({ app }) => {
  await app.getByTestId("canvas").click({ position: { x: 300, y: 20 } });
  await app.keyboard.press("Shift+?");
  const sheet = app.getByRole("dialog", { name: "Keyboard shortcuts" });
  await sheet.getByRole("textbox").fill("duplicate");
  await sheet.getByRole("button", { name: "Change the keys of Duplicate" }).click();
  await app.keyboard.press("Control+f");
  await expect(sheet.getByRole("alert")).toContainText("Find in this flow");
  await sheet.getByRole("button", { name: "Use it here" }).click();
  await app.keyboard.press("Escape");
  await app.reload();
  await expect(app.locator("[data-node-id]").first()).toBeVisible();
  const before = await app.locator("[data-node-id]").count();
  await pick(app, "Ask for a title");
  await app.keyboard.press("Control+f");
  await expect(app.getByTestId("find")).toHaveCount(0);
  await expect(app.locator("[data-node-id]")).toHaveCount(before + 1);
});

test("the outline is walked, renames and deletes by keyboard", async ({ app, studio }) => {
  await app.keyboard.press("Control+Shift+o");
  const outline = app.getByTestId("outline");
  const row = outline.locator("[role=treeitem]:focus");
  await expect(row).toHaveCount(1);
  await app.keyboard.press("ArrowDown");
  await app.keyboard.press("F2");
  await app.keyboard.type("Named in the outline");
  await app.keyboard.press("Enter");
  await expect.poll(() => studio.read(MAIN)).toContain("Named in the outline");
  await expect(row).toContainText("Named in the outline");
  await app.keyboard.press("Delete");
  await expect.poll(() => studio.read(MAIN)).not.toContain("Named in the outline");
  await expect(app.getByTestId("announcer")).toContainText("Delete node");
});
