import { expect, MAIN, pick, test } from "./studio";

const choose = async (app: import("@playwright/test").Page, name: string) => {
  await app.keyboard.press("Control+,");
  await app.getByRole("radio", { name }).click();
  await app.keyboard.press("Escape");
};

test("creators see what most bots need first, and the rest under More", async ({ app }) => {
  await choose(app, "Creators");
  await expect(app.getByTestId("names")).toHaveCount(0);
  await app.getByRole("button", { name: "Add node" }).click();
  const palette = app.getByRole("dialog", { name: "Add a node" });
  const more = palette.locator("[cmdk-group]").filter({ hasText: /^More/ });
  await expect(more.locator("[cmdk-item][data-value$='data.script']")).toHaveCount(1);
  await app.keyboard.type("script");
  await expect(palette.locator("[cmdk-item][data-value$='data.script']")).toBeVisible();
  await app.keyboard.press("Escape");
  await app.reload();
  await expect(app.locator("[data-node-id]").first()).toBeVisible();
  await expect(app.getByTestId("names")).toHaveCount(0);
  await choose(app, "Power users");
  await expect(app.getByTestId("names")).toBeVisible();
});

test("developers look at a flow's file and change its id", async ({ app, studio }) => {
  await choose(app, "Developers");
  const row = app.getByRole("tree", { name: "Flows and files" }).getByRole("treeitem").first();
  await row.hover();
  await row.getByRole("button").click();
  await app.getByRole("menuitem", { name: "Change the id everywhere" }).click();
  await app.keyboard.type("renamed-flow");
  await app.keyboard.press("Enter");
  await expect.poll(() => studio.read(MAIN)).toContain('"id": "renamed-flow"');
  await row.hover();
  await row.getByRole("button").click();
  await app.getByRole("menuitem", { name: "Show the file" }).click();
  await expect(app.getByRole("textbox", { name: MAIN })).toHaveValue(/"nexus": 1/);
});

test("another language is spoken at once and after a reload", async ({ app }) => {
  await app.keyboard.press("Control+,");
  await app.getByRole("combobox", { name: "Language" }).click();
  await app.getByRole("option", { name: "Deutsch" }).click();
  await expect(app.getByRole("dialog", { name: "Einstellungen" })).toBeVisible();
  await expect(app.locator("html")).toHaveAttribute("lang", "de");
  await app.reload();
  await expect(app.getByRole("button", { name: "Knoten hinzufügen" })).toBeVisible();
  await expect(app.getByTestId("save-state")).toHaveText("Gespeichert");
});

test("a choice that leads nowhere gets a reply", async ({ app, studio }) => {
  await pick(app, "Ask for a title");
  await app.keyboard.press("Delete");
  await expect(app.getByTestId("problem-count")).not.toContainText("No problems");
  await app.keyboard.press("Control+j");
  const ends = app.locator("[data-problem=dead-end]");
  const before = await ends.count();
  const nodes = studio.read(MAIN).split('"kind"').length;
  await ends.getByRole("button", { name: "Add a reply" }).first().click();
  await expect(ends).toHaveCount(before - 1);
  await expect.poll(() => studio.read(MAIN).split('"kind"').length).toBe(nodes);
});
