import type { Page } from "@playwright/test";
import { card, expect, inspector, MAIN, pick, test } from "./studio";

/** The editor of texts comes after the first view. */
async function ready(page: Page): Promise<void> {
  await expect(inspector(page).locator(".cm-content").first()).toBeVisible();
}

/** Makes a node another one by its JSON side, as a person could. */
async function become(page: Page, node: { kind: string; name: string; fields: object }): Promise<void> {
  await pick(page, "Count the visit");
  await inspector(page).getByRole("tab", { name: "JSON" }).click();
  await ready(page);
  const side = inspector(page).getByRole("textbox", { name: "The node as JSON" });
  await side.fill(JSON.stringify({ v: 1, next: {}, ...node }));
  await side.press("Control+Enter");
  await expect(inspector(page).getByText("In step with the canvas")).toBeVisible();
  await inspector(page).getByRole("tab", { name: "Form" }).click();
}

const text = (page: Page) => inspector(page).getByRole("textbox", { name: "Text", exact: true });

test("a text is marked bold, shown as a chat shows it, and counted", async ({ app, studio }) => {
  await pick(app, "Opening hours");
  await ready(app);
  await text(app).fill("Come in.");
  await text(app).press("Control+a");
  await inspector(app).getByRole("button", { name: "Bold" }).click();
  // Telegram shows marks only where the node says so; what was written stays as it looks.
  await expect.poll(() => studio.read(MAIN)).toContain('"*Come in\\\\.*"');
  await expect.poll(() => studio.read(MAIN)).toContain('"format": "markdown"');
  const preview = inspector(app).getByTestId("preview");
  await expect(preview.locator(".font-semibold", { hasText: "Come in." })).toBeVisible();
  await expect(inspector(app).getByTestId("counter")).toContainText("8 of 4,096");
  await preview.getByRole("radio", { name: "Discord" }).click();
  await expect(preview.locator(".italic", { hasText: "Come in." })).toBeVisible();
  await app.keyboard.press("Control+z");
  await expect.poll(() => studio.read(MAIN)).not.toContain("Come in\\\\.");
});

test("a value is put into a text from the list of names", async ({ app, studio }) => {
  await pick(app, "Opening hours");
  await ready(app);
  await text(app).fill("We are ");
  await inspector(app).getByRole("button", { name: "Insert a value" }).first().click();
  await app.keyboard.type("shop_name");
  await app.keyboard.press("Enter");
  await expect.poll(() => studio.read(MAIN)).toContain("We are {{ env.shop_name }}");
});

test("names complete in a text, Escape leaves twice, Tab moves on", async ({ app, studio }) => {
  await pick(app, "Opening hours");
  await ready(app);
  await text(app).fill("");
  await text(app).pressSequentially("Hi {{ user.fir");
  const list = app.locator(".cm-tooltip-autocomplete");
  await expect(list).toContainText("user.first_name");
  await app.keyboard.press("Enter");
  await app.keyboard.type(" }}");
  await expect.poll(() => studio.read(MAIN)).toContain("Hi {{ user.first_name }}");
  await app.keyboard.type("{{ bot.");
  await expect(list).toBeVisible();
  await app.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await expect(text(app)).toBeFocused();
  await app.keyboard.press("Tab");
  await expect(text(app)).not.toBeFocused();
  await text(app).click();
  await app.keyboard.press("Escape");
  await expect(text(app)).not.toBeFocused();
});

test("what is wrong is underlined where it is", async ({ app }) => {
  await pick(app, "Opening hours");
  await ready(app);
  await text(app).fill("Hi {{ user.nickname }}, {{ now | dat }}");
  await expect(inspector(app).locator(".cm-lintRange-error")).toHaveCount(2);
});

test("a node is edited as JSON, as one change", async ({ app, studio }) => {
  await pick(app, "Opening hours");
  await inspector(app).getByRole("tab", { name: "JSON" }).click();
  const json = inspector(app).getByRole("textbox", { name: "The node as JSON" });
  await ready(app);
  const node = { kind: "message.send", v: 1, name: "Opening hours", fields: { text: "By hand" }, next: {} };
  await json.fill("{");
  await expect(inspector(app).getByText(/^Not JSON yet/)).toBeVisible();
  await expect(inspector(app).getByRole("button", { name: /^Apply/ })).toBeDisabled();
  await json.fill(JSON.stringify(node));
  await json.press("Control+Enter");
  await expect(card(app, "Opening hours")).toContainText("By hand");
  await expect(inspector(app).getByText("In step with the canvas")).toBeVisible();
  await expect.poll(() => studio.read(MAIN)).toContain("By hand");
  await app.keyboard.press("Control+z");
  await expect(card(app, "Opening hours")).not.toContainText("By hand");
  await expect(json).not.toContainText("By hand");
});

test("several nodes are edited at once, and taken back at once", async ({ app, studio }) => {
  await pick(app, "Opening hours", "Hand over");
  const many = inspector(app).getByTestId("inspector-many");
  await expect(many).toContainText("2 selected");
  const silent = many.getByRole("switch", { name: "Without sound" });
  const count = () => (studio.read(MAIN).match(/"silent": true/g) ?? []).length;
  const before = count();
  await silent.click();
  await expect.poll(count).toBe(before + 2);
  await app.keyboard.press("Control+z");
  await expect.poll(count).toBe(before);
});

test("a condition as rows and as an expression is the same", async ({ app, studio }) => {
  await become(app, {
    kind: "logic.if",
    name: "Check",
    fields: { when: { $expr: 'user.topic == "books"' } },
  });
  const rows = inspector(app).getByTestId("condition");
  await expect(rows.getByRole("textbox", { name: "Value of row 1" })).toHaveValue("books");
  await rows.getByRole("button", { name: "Add a row" }).click();
  await rows.getByRole("button", { name: "What row 2 looks at" }).click();
  await app.keyboard.type("visits");
  await app.keyboard.press("Enter");
  await rows.getByRole("textbox", { name: "Value of row 2" }).fill("3");
  await rows.getByRole("combobox", { name: "How the rows are joined" }).click();
  await app.getByRole("option", { name: "Any of these" }).click();
  const expression = 'user.topic == "books" or bot.visits == 3';
  await expect.poll(() => studio.read(MAIN)).toContain(JSON.stringify(expression));
  await inspector(app).getByRole("button", { name: "Write as an expression" }).click();
  await expect(inspector(app).locator(".cm-content")).toHaveText(expression);
  await inspector(app).getByRole("textbox", { name: "Condition" }).fill("bot.visits if user.topic else 1");
  await expect(inspector(app).getByRole("button", { name: "Show as rows" })).toBeDisabled();
});

test("buttons stand in rows: moved by keys and by hand, added beside", async ({ app }) => {
  const buttons = ["Tea", "Jam", "Bread"].map((label, at) => ({ id: `b${at}`, label, data: label }));
  await become(app, { kind: "message.buttons", name: "Grid", fields: { text: "What?", buttons } });
  const grid = inspector(app).getByTestId("button-grid");
  const shown = () =>
    grid
      .getByRole("group", { name: /^Row/ })
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("input")].map((one) => one.value).join(" ")));
  await expect.poll(shown).toEqual(["Tea", "Jam", "Bread"]);
  await grid.getByRole("textbox", { name: "Button 2" }).press("Alt+ArrowUp");
  await expect.poll(shown).toEqual(["Jam Tea", "Bread"]);
  await grid.getByRole("textbox", { name: "Button 1" }).press("Alt+ArrowRight");
  await expect.poll(shown).toEqual(["Tea Jam", "Bread"]);
  await grid
    .locator("[data-grip=b2]")
    .dragTo(grid.getByRole("textbox", { name: "Button 1" }), { targetPosition: { x: 4, y: 8 } });
  await expect.poll(shown).toEqual(["Bread Tea Jam"]);
  await grid.getByRole("button", { name: "Beside it" }).click();
  await expect(grid.getByRole("textbox", { name: "Button 4" })).toBeFocused();
  await app.keyboard.type("Milk");
  await expect.poll(shown).toEqual(["Bread Tea Jam Milk"]);
  await grid.getByRole("textbox", { name: "Button 1" }).focus();
  await grid.getByRole("button", { name: "Remove Bread" }).click();
  await expect.poll(shown).toEqual(["Tea Jam Milk"]);
  await expect(inspector(app).getByTestId("preview")).toContainText("Milk");
});

test("a schedule says when it comes next, also as a cron line", async ({ app, studio }) => {
  await become(app, {
    kind: "trigger.schedule",
    name: "Weekly",
    fields: { when: "week", weekday: "1", at: "09:00" },
  });
  const schedule = inspector(app).getByTestId("schedule");
  await expect(schedule).toContainText("Every Monday at 09:00");
  await expect(schedule.locator("time")).toHaveCount(3);
  await schedule.getByRole("button", { name: "Write as a cron line" }).click();
  await expect.poll(() => studio.read(MAIN)).toContain('"cron": "0 9 * * 1"');
  await inspector(app).getByLabel("Cron line").fill("*/20 8 * * *");
  await expect(schedule.getByRole("button", { name: "Use plain settings" })).toBeHidden();
  await expect(schedule.locator("time")).toHaveCount(3);
  await inspector(app).getByLabel("Cron line").fill("0 18 * * 1-5");
  await schedule.getByRole("button", { name: "Use plain settings" }).click();
  await expect.poll(() => studio.read(MAIN)).toContain('"when": "workday"');
});

test("a variable is created where it is chosen", async ({ app, studio }) => {
  await pick(app, "Count the visit");
  await inspector(app).getByRole("button", { name: "Variable", exact: true }).click();
  await app.keyboard.type("user.size");
  await app.getByRole("option", { name: "Create variable user.size…" }).click();
  await inspector(app).getByRole("combobox", { name: "Holds" }).click();
  await app.getByRole("option", { name: "Number" }).click();
  await inspector(app).getByRole("button", { name: "Create variable" }).click();
  await expect.poll(() => studio.read("bot.json")).toContain('"size": { "type": "number" }');
  await expect.poll(() => studio.read(MAIN)).toContain('"variable": "user.size"');
});

test("a value of any kind is a tree, or text", async ({ app, studio }) => {
  await pick(app, "Count the visit");
  const kind = inspector(app).getByRole("combobox", { name: "Kind of Value" });
  await kind.click();
  await app.getByRole("option", { name: "Object" }).click();
  await inspector(app).getByRole("button", { name: "Add a member" }).click();
  await inspector(app).getByRole("textbox", { name: "name", exact: true }).fill("tea");
  await app.keyboard.press("Tab");
  await expect.poll(() => studio.read(MAIN)).toContain('"value": { "name": "tea" }');
  await inspector(app).getByRole("button", { name: "Write as JSON" }).click();
  const json = inspector(app).getByRole("textbox", { name: "Value" });
  await json.fill('{"name": [1, 2]}');
  await expect.poll(() => studio.read(MAIN)).toContain('"value": { "name": [1, 2] }');
  await json.fill('{"name": ');
  await expect(inspector(app).getByText(/^Not JSON yet/)).toBeVisible();
});

test("help of a field, and clearing it", async ({ app, studio }) => {
  await pick(app, "Menu");
  const row = inspector(app).locator('[data-field="Wait at most"]');
  const more = row.getByRole("button", { name: "More for this field" });
  await row.hover();
  await more.click();
  await app.getByRole("menuitem", { name: "Show help" }).click();
  await expect(row).toContainText("Without it, the question waits for ever.");
  await more.click();
  await app.getByRole("menuitem", { name: "Clear" }).click();
  await expect.poll(() => studio.read(MAIN)).not.toContain('"timeout": "1d"');
});
