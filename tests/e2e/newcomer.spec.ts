import type { Locator, Page } from "@playwright/test";
import { card, expect, inspector, MAIN, type Studio, test, zoomToSelection } from "./studio";

// A first hour with the editor, once with the pointer and once without: both have to end in the same bot.

const SAID = "Somebody is on the way.";
const ANSWER = "A gift card is always right.";

const text = (page: Page) => inspector(page).getByRole("textbox", { name: "Text", exact: true });
const recent = (page: Page) =>
  page.getByRole("region", { name: "Recent bots" }).getByRole("button", { name: /^Welcome/ });

async function check(page: Page, studio: Studio): Promise<void> {
  await expect.poll(() => studio.read("bot.json")).toContain('"subject"');
  await expect.poll(() => studio.read(MAIN)).toContain(ANSWER);
  await expect(page.getByTestId("save-state")).toHaveText("Saved");
  const { nodes } = JSON.parse(studio.read(MAIN));
  expect(nodes.p7erso.fields.text).toContain(SAID);
  expect(nodes.m8enu2.fields.save).toBe("user.subject");
  const button = nodes.m8enu2.fields.buttons.find((one: { label: string }) => one.label === "Gift cards");
  const answer = nodes[nodes.m8enu2.next[button.id]];
  expect(answer.fields.text).toBe(ANSWER);
  expect(answer.next.out).toBe("m8enu2");
  expect(studio.read("bot.json")).not.toContain('"topic"');
}

/** Goes on by Tab until it is there, as somebody without a pointer has to. */
async function tabTo(page: Page, goal: Locator): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    if (await goal.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not get to ${goal}`);
}

async function goTo(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
}

/** A place of the canvas with nothing near it. */
async function emptySpot(page: Page): Promise<{ x: number; y: number }> {
  const spot = await page.evaluate(() => {
    const box = document.querySelector("[data-testid=canvas]")?.getBoundingClientRect();
    const bare = (x: number, y: number) => document.elementFromPoint(x, y)?.matches(".react-flow__pane") === true;
    if (!box) return undefined;
    for (let y = box.top + 70; y < box.bottom - 70; y += 20)
      for (let x = box.right - 70; x > box.left + 70; x -= 20)
        if ([-60, 0, 60].every((dx) => [-60, 0, 60].every((dy) => bare(x + dx, y + dy)))) return { x, y };
    return undefined;
  });
  if (!spot) throw new Error("The canvas is full");
  return spot;
}

test("a newcomer with a keyboard alone", async ({ app, studio }) => {
  test.setTimeout(60_000);
  await goTo(app, "Close bot");
  await expect(recent(app)).toBeVisible();
  await tabTo(app, recent(app));
  await app.keyboard.press("Enter");
  await expect(card(app, "Menu")).toBeVisible();

  await goTo(app, "hand over");
  await expect(inspector(app).getByRole("heading", { name: "Hand over" })).toBeVisible();
  await app.keyboard.press("Enter");
  await expect(text(app)).toBeFocused();
  await app.keyboard.press("Control+a");
  await app.keyboard.type(SAID);
  await app.keyboard.press("Escape");

  await goTo(app, "menu");
  await expect(inspector(app).getByRole("heading", { name: "Menu" })).toBeVisible();
  await app.keyboard.press("Enter");
  await tabTo(app, inspector(app).getByRole("button", { name: "Add button" }));
  await app.keyboard.press("Enter");
  await expect(inspector(app).getByRole("textbox", { name: "Button 4" })).toBeFocused();
  await app.keyboard.type("Gift cards");
  await app.keyboard.press("Escape");
  await expect(card(app, "Menu")).toContainText("Gift cards");

  await app.keyboard.press("Space");
  await expect(app.getByRole("dialog", { name: "Add a node" })).toBeVisible();
  await app.keyboard.type("send");
  await app.keyboard.press("Enter");
  await expect(text(app)).toBeFocused();
  await app.keyboard.press("Control+a");
  await app.keyboard.type(ANSWER);
  await app.keyboard.press("Escape");
  await app.keyboard.press("c");
  // The first of the outputs is the one by which it goes on.
  await expect(app.getByRole("dialog", { name: "Which output?" })).toBeVisible();
  await app.keyboard.press("Enter");
  await expect(app.getByRole("dialog", { name: "Connect to…" })).toBeVisible();
  await app.keyboard.type("menu");
  await app.keyboard.press("Enter");

  await app.keyboard.press("Shift+F6");
  await expect(app.getByRole("dialog", { name: "Rename a variable everywhere" })).toBeVisible();
  await app.keyboard.type("topic");
  await app.keyboard.press("Enter");
  await app.keyboard.type("subject");
  await app.keyboard.press("Enter");
  await expect(app.getByRole("dialog")).toHaveCount(0);

  await app.keyboard.press("Control+Shift+l");
  await expect(app.getByRole("button", { name: /^Undo tidy/ })).toBeVisible();
  await app.keyboard.press("Control+s");
  await check(app, studio);
});

test("a newcomer with a mouse", async ({ app, studio }) => {
  test.setTimeout(60_000);
  await app.getByRole("button", { name: /^Bot / }).click();
  await app.getByRole("menuitem", { name: "Close bot" }).click();
  await recent(app).click();

  await card(app, "Hand over").click();
  await text(app).click();
  await app.keyboard.press("Control+a");
  await app.keyboard.type(SAID);

  await card(app, "Menu").click();
  await inspector(app).getByRole("button", { name: "Add button" }).click();
  await expect(inspector(app).getByRole("textbox", { name: "Button 4" })).toBeFocused();
  await app.keyboard.type("Gift cards");
  await expect(card(app, "Menu")).toContainText("Gift cards");
  await card(app, "Menu").locator(".nx-title").click();
  await zoomToSelection(app);
  const row = await card(app, "Menu").locator(".nx-out").nth(3).boundingBox();
  if (!row) throw new Error("not on the canvas");
  const free = await emptySpot(app);
  await app.mouse.move(row.x + row.width / 2, row.y + row.height / 2);
  await app.mouse.down();
  await app.mouse.move(row.x + 30, row.y + 10, { steps: 4 });
  await app.mouse.move(free.x, free.y, { steps: 8 });
  await app.mouse.up();
  await app
    .getByRole("dialog", { name: "Add a node" })
    .getByRole("option", { name: /^Send message/ })
    .first()
    .click();
  await text(app).click();
  await app.keyboard.press("Control+a");
  await app.keyboard.type(ANSWER);
  await inspector(app).getByRole("region", { name: "Next" }).getByRole("button").first().click();
  await app.getByRole("option", { name: /^Menu/ }).click();

  const topic = app.getByTestId("names").locator("[data-name='user.topic']");
  await topic.hover();
  await topic.getByRole("button").click();
  await app.getByRole("menuitem", { name: "Rename everywhere" }).click();
  await app.keyboard.type("subject");
  await app.keyboard.press("Enter");
  await expect(app.getByTestId("names")).toContainText("user.subject");

  await app.getByTestId("canvas").click({ button: "right", position: { x: 40, y: 16 } });
  await app.getByRole("menuitem", { name: /^Tidy/ }).click();
  await expect(app.getByRole("button", { name: /^Undo tidy/ })).toBeVisible();
  await app.getByRole("button", { name: /^Bot / }).click();
  await app.getByRole("menuitem", { name: "Save now" }).click();
  await check(app, studio);
});
