import { card, expect, inspector, MAIN, pick, test, wire, zoomToSelection } from "./studio";

test("a text typed in the inspector is in the file", async ({ app, studio }) => {
  await pick(app, "Ask for a title");
  const text = inspector(app).getByLabel("Text", { exact: false }).first();
  await text.fill("Which book are you looking for?");
  await expect(card(app, "Ask for a title")).toContainText("Which book are you looking for?");
  await expect.poll(() => studio.read(MAIN)).toContain("Which book are you looking for?");
  await expect(app.getByTestId("save-state")).toHaveText("Saved");
});

test("add, undo, redo", async ({ app, studio }) => {
  const before = await app.locator("[data-node-id]").count();
  const canvas = await app.getByTestId("canvas").boundingBox();
  if (!canvas) throw new Error("no canvas");
  await app.mouse.dblclick(canvas.x + canvas.width - 60, canvas.y + 40);
  await app.keyboard.type("reply");
  await app.keyboard.press("Enter");
  await expect(app.locator("[data-node-id]")).toHaveCount(before + 1);
  await expect(app.locator(".nx-selected")).toHaveCount(1);
  const added = (await app.locator(".nx-selected").getAttribute("data-node-id")) as string;
  await expect.poll(() => studio.read(MAIN)).toContain(added);

  await app.keyboard.press("Control+z");
  await expect(app.locator("[data-node-id]")).toHaveCount(before);
  await expect.poll(() => studio.read(MAIN)).not.toContain(added);

  await app.keyboard.press("Control+Shift+z");
  await expect(app.locator(`[data-node-id=${added}]`)).toBeVisible();
});

test("connect by dragging from a port, and disconnect", async ({ app }) => {
  await pick(app, "Hand over", "Good night");
  await zoomToSelection(app);
  const from = await card(app, "Hand over").locator(".nx-out:not(.nx-aside)").boundingBox();
  const to = await card(app, "Good night").boundingBox();
  if (!from || !to) throw new Error("not on the canvas");
  await app.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await app.mouse.down();
  await app.mouse.move(to.x + 40, to.y + 20, { steps: 10 });
  await app.mouse.up();
  await expect(wire(app, "p7erso", "out")).toBeAttached();

  await app.keyboard.press("Control+z");
  await expect(wire(app, "p7erso", "out")).not.toBeAttached();
});

test("a wire dragged into the empty asks what comes next", async ({ app }) => {
  await pick(app, "Ask for a title");
  await zoomToSelection(app);
  const from = await card(app, "Ask for a title").locator(".nx-out:not(.nx-aside)").boundingBox();
  if (!from) throw new Error("not on the canvas");
  await app.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await app.mouse.down();
  await app.mouse.move(from.x + 60, from.y + 220, { steps: 10 });
  await app.mouse.up();
  await expect(app.getByRole("dialog", { name: "Add a node" })).toBeVisible();
  await app.keyboard.type("send");
  await app.keyboard.press("Enter");
  await expect(wire(app, "f2ind0", "out")).toBeAttached();
});

test("deleting a node takes its wires along, and undo brings all back", async ({ app, studio }) => {
  const before = studio.read(MAIN);
  await pick(app, "Menu");
  await app.keyboard.press("Delete");
  await expect(card(app, "Menu")).toHaveCount(0);
  await expect(wire(app, "q3uest", "out")).not.toBeAttached();
  await expect.poll(() => studio.read(MAIN)).not.toContain("m8enu2");
  await app.keyboard.press("Control+z");
  await expect(card(app, "Menu")).toBeVisible();
  await expect.poll(() => studio.read(MAIN)).toBe(before);
});

test("moving a node changes its place alone", async ({ app, studio }) => {
  const before = studio.read(MAIN);
  await pick(app, "Menu");
  await app.keyboard.press("ArrowDown");
  await expect.poll(() => studio.read(MAIN)).not.toBe(before);
  const lines = (text: string) => text.split("\n");
  const changed = lines(studio.read(MAIN)).filter((line, at) => line !== lines(before)[at]);
  expect(changed).toHaveLength(1);
  expect(changed[0]).toContain("m8enu2");
});

test("copy, paste, duplicate, rename", async ({ app }) => {
  const before = await app.locator("[data-node-id]").count();
  await pick(app, "Menu");
  await app.keyboard.press("Control+d");
  await expect(app.locator("[data-node-id]")).toHaveCount(before + 1);
  await app.keyboard.press("F2");
  await app.keyboard.type("Second menu");
  await app.keyboard.press("Enter");
  await expect(card(app, "Second menu")).toBeVisible();
  await app.keyboard.press("Control+c");
  await app.keyboard.press("Control+v");
  await expect(card(app, "Second menu")).toHaveCount(2);
});

test("buttons of a list are added, reordered and removed", async ({ app, studio }) => {
  await pick(app, "Menu");
  await inspector(app)
    .getByRole("button", { name: /^Add button/ })
    .click();
  await expect(inspector(app).locator("input:focus")).toHaveValue("");
  await app.keyboard.type("Gift cards");
  await expect(card(app, "Menu").locator(".nx-chip")).toHaveText([
    "Opening hours",
    "Find a book",
    "Talk to a person",
    "Gift cards",
  ]);
  await inspector(app).getByRole("button", { name: "Move Gift cards up" }).click();
  await expect(card(app, "Menu").locator(".nx-chip")).toHaveText([
    "Opening hours",
    "Find a book",
    "Gift cards",
    "Talk to a person",
  ]);
  await inspector(app).getByRole("button", { name: "Remove Gift cards" }).click();
  await expect(card(app, "Menu").locator(".nx-chip")).toHaveCount(3);
  await expect.poll(() => studio.read(MAIN)).not.toContain("Gift cards");
});

test("a wire's end is dragged to another card, then into the empty", async ({ app, studio }) => {
  await pick(app, "Hand over", "Menu", "Opening hours");
  await zoomToSelection(app);
  const grab = async () => {
    const end = await wire(app, "m8enu2", "human").locator(".react-flow__edgeupdater-target").boundingBox();
    if (!end) throw new Error("no end to take");
    await app.mouse.move(end.x + 3, end.y + end.height / 2);
    await app.mouse.down();
    return end;
  };
  await grab();
  const to = await card(app, "Opening hours").boundingBox();
  if (!to) throw new Error("not on the canvas");
  await app.mouse.move(to.x + 60, to.y + 12, { steps: 10 });
  await app.mouse.up();
  await expect(app.getByRole("button", { name: "Undo reconnect" })).toBeVisible();
  await expect.poll(() => studio.read(MAIN)).toContain('"human": "h5ours"');

  const end = await grab();
  await app.mouse.move(end.x - 10, end.y - 60, { steps: 10 });
  await app.mouse.up();
  await expect(wire(app, "m8enu2", "human")).not.toBeAttached();
});
