import type { Page } from "@playwright/test";
import { card, expect, inspector, MAIN, pick, test, wire, zoomToSelection } from "./studio";

const flow = (text: string) => JSON.parse(text);
const palette = (app: Page) => app.getByRole("dialog", { name: "Add a node" });
const frame = (app: Page) => app.locator(".nx-frame");

async function middle(app: Page, title: string) {
  const box = await card(app, title).boundingBox();
  if (!box) throw new Error(`${title} is not on the canvas`);
  return { x: box.x + box.width / 2, y: box.y + 12 };
}

async function drag(app: Page, from: { x: number; y: number }, to: { x: number; y: number }, drop = true) {
  await app.mouse.move(from.x, from.y);
  await app.mouse.down();
  await app.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 6 });
  await app.mouse.move(to.x, to.y, { steps: 6 });
  if (drop) await app.mouse.up();
}

/** The point of the screen half-way along a wire. */
async function onWire(app: Page, source: string, port: string) {
  return wire(app, source, port)
    .locator("path.nx-wire")
    .evaluate((path: SVGPathElement) => {
      const at = path.getPointAtLength(path.getTotalLength() / 2);
      const screen = path.getScreenCTM();
      if (!screen) throw new Error("not drawn");
      return { x: at.x * screen.a + screen.e, y: at.y * screen.d + screen.f };
    });
}

test("a node added on a wire stands in it, its first field ready", async ({ app, studio }) => {
  await pick(app, "Count the visit", "Menu");
  await zoomToSelection(app);
  const at = await onWire(app, "v4isit", "out");
  await app.mouse.dblclick(at.x, at.y);
  await expect(palette(app).getByPlaceholder("Add a node in between")).toBeVisible();
  await app.keyboard.type("tell");
  await app.keyboard.press("Enter");
  await expect(inspector(app).locator(":is(textarea, [contenteditable=true]):focus")).toBeVisible();
  const id = (await app.locator(".nx-selected").getAttribute("data-node-id")) as string;
  await expect.poll(() => flow(studio.read(MAIN)).nodes[id]?.next).toEqual({ out: "m8enu2" });
  expect(flow(studio.read(MAIN)).nodes.v4isit.next).toEqual({ out: id });
  // What came after has made room, and one undo takes all of it back.
  expect(flow(studio.read(MAIN)).layout.m8enu2[0]).toBeGreaterThan(576);
  await app.keyboard.press("Control+z");
  await expect.poll(() => flow(studio.read(MAIN)).layout.m8enu2[0]).toBe(576);
});

test("a free node dropped on a wire goes into it", async ({ app, studio }) => {
  await app.keyboard.press("1");
  await app.waitForTimeout(200);
  await pick(app, "Good night");
  await app.keyboard.press("Control+d");
  await expect(card(app, "Good night")).toHaveCount(2);
  const copy = app.locator(".nx-card.nx-selected");
  await expect(copy).toHaveCount(1);
  const id = (await copy.getAttribute("data-node-id")) as string;
  const box = await copy.boundingBox();
  const to = await onWire(app, "t6hank", "out");
  if (!box) throw new Error("not on the canvas");
  await drag(app, { x: box.x + box.width / 2, y: box.y + 10 }, { x: to.x, y: to.y + 2 });
  await expect(app.getByRole("button", { name: "Undo insert node" })).toBeVisible();
  await expect.poll(() => flow(studio.read(MAIN)).nodes.t6hank.next).toEqual({ out: id });
  expect(flow(studio.read(MAIN)).nodes[id].next).toEqual({ out: "w1elco" });
});

test("favourites and what was used last stand above all others", async ({ app }) => {
  await app.getByTestId("canvas").click({ position: { x: 20, y: 20 } });
  await app.keyboard.press("Space");
  await app.keyboard.type("delay");
  await app.keyboard.press("Alt+Enter");
  await app.keyboard.press("Enter");
  await expect(card(app, "Delay")).toBeVisible();
  await app.keyboard.press("Escape");
  await app.keyboard.press("Space");
  const first = palette(app).locator("[cmdk-group]").first();
  await expect(first).toContainText("Favourites");
  await expect(first.locator("[cmdk-item]")).toHaveCount(1);
  await expect(first).toContainText("Delay");
});

test("plain text pasted is a message that says it", async ({ app, studio }) => {
  await app.getByTestId("canvas").click({ position: { x: 20, y: 20 } });
  await app.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "Out of office until Monday");
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
  });
  await expect(app.locator(".nx-card", { hasText: "Out of office until Monday" })).toBeVisible();
  await expect.poll(() => studio.read(MAIN)).toContain("Out of office until Monday");
});

test("a wire that cannot be is refused in words", async ({ app, studio }) => {
  const before = studio.read(MAIN);
  await pick(app, "Hand over");
  const from = await card(app, "Hand over").locator(".nx-out:not(.nx-aside)").boundingBox();
  if (!from) throw new Error("not on the canvas");
  const trigger = await app.locator("[data-node-id=s1start]").boundingBox();
  if (!trigger) throw new Error("not on the canvas");
  await drag(app, { x: from.x + 4, y: from.y + 4 }, { x: trigger.x + 60, y: trigger.y + 12 }, false);
  await expect(app.getByText("Nothing can lead into a trigger")).toBeVisible();
  await expect(app.locator(".nx-refused")).toHaveCount(1);
  const own = await middle(app, "Hand over");
  await app.mouse.move(own.x, own.y, { steps: 5 });
  await expect(app.getByText("A node cannot lead to itself")).toBeVisible();
  const to = await middle(app, "Good night");
  await app.mouse.move(to.x, to.y, { steps: 5 });
  await expect(app.locator(".nx-aimed")).toHaveCount(1);
  await app.mouse.move(own.x, own.y, { steps: 5 });
  await app.mouse.up();
  await expect(app.locator(".nx-refused")).toHaveCount(0);
  expect(studio.read(MAIN)).toBe(before);
});

test("what leads to a node and what follows is selected", async ({ app }) => {
  await pick(app, "Menu");
  await app.keyboard.press("Alt+Shift+ArrowRight");
  await expect(app.locator(".nx-card.nx-selected")).toHaveCount(6);
  await pick(app, "Ask for a title");
  await app.keyboard.press("Alt+Shift+ArrowLeft");
  // Two of them come back to the menu.
  await expect(app.locator(".nx-card.nx-selected")).toHaveCount(6);
});

test("a wire back is drawn otherwise, a long one hides behind its name", async ({ app, studio }) => {
  await pick(app, "Opening hours", "Menu");
  await expect(wire(app, "h5ours", "out").locator(".nx-wire-back")).toBeAttached();
  await zoomToSelection(app);
  const at = await onWire(app, "h5ours", "out");
  await app.mouse.click(at.x, at.y);
  await app.keyboard.press("Alt+l");
  const out = app.locator('[data-tag="out h5ours out"]');
  await expect(out).toHaveText("Menu →");
  await expect(app.locator('[data-tag="in h5ours out"]')).toHaveText("→ Opening hours");
  await expect.poll(() => flow(studio.read(MAIN)).nodes.h5ours.tucked).toEqual({ out: "" });
  await out.click();
  await expect(inspector(app).getByRole("heading", { name: "Menu" })).toBeVisible();
  await app.keyboard.press("Control+z");
  await expect(out).toHaveCount(0);
});

test("two nodes change places", async ({ app, studio }) => {
  await pick(app, "Count the visit", "Opening hours");
  await app.keyboard.press("Alt+x");
  await expect.poll(() => flow(studio.read(MAIN)).nodes.s1start.next.out).toBe("h5ours");
  expect(flow(studio.read(MAIN)).nodes.m8enu2.next.hours).toBe("v4isit");
  expect(flow(studio.read(MAIN)).layout.h5ours).toEqual([288, 0]);
});

test("align, distribute, and guides while dragging", async ({ app, studio }) => {
  await pick(app, "Hand over", "Menu", "Count the visit");
  const before = flow(studio.read(MAIN)).layout.p7erso[0];
  await app.keyboard.press("Alt+a");
  await expect.poll(() => flow(studio.read(MAIN)).layout.p7erso[0]).toBe(288);
  await app.keyboard.press("Control+z");
  await expect.poll(() => flow(studio.read(MAIN)).layout.p7erso[0]).toBe(before);
  await app.keyboard.press("Alt+Shift+h");
  await expect.poll(() => flow(studio.read(MAIN)).layout.m8enu2[0]).toBe(588);
  await app.keyboard.press("Control+z");
  await app.keyboard.press("Escape");
  const from = await middle(app, "Good night");
  await drag(app, from, { x: from.x + 1, y: from.y - 30 }, false);
  await expect(app.locator(".nx-guide").first()).toBeVisible();
  await app.mouse.up();
  await expect(app.locator(".nx-guide")).toHaveCount(0);
});

test("a line drawn by hand selects what is in it", async ({ app }) => {
  await pick(app, "Count the visit");
  await app.keyboard.press("Escape");
  const a = await app.locator("[data-node-id=s1start]").boundingBox();
  const b = await card(app, "Count the visit").boundingBox();
  if (!a || !b) throw new Error("not on the canvas");
  await app.keyboard.down("Alt");
  await app.mouse.move(a.x - 15, a.y - 15);
  await app.mouse.down();
  for (const [x, y] of [
    [b.x + b.width + 12, b.y - 15],
    [b.x + b.width + 12, b.y + b.height + 15],
    [a.x - 15, a.y + a.height + 15],
  ] as const)
    await app.mouse.move(x, y, { steps: 5 });
  await app.mouse.up();
  await app.keyboard.up("Alt");
  await expect(app.locator(".nx-card.nx-selected")).toHaveCount(2);
});

test("a group is made, named, moved, folded and taken apart", async ({ app, studio }) => {
  await pick(app, "Hand over", "Good night");
  await app.keyboard.press("Control+g");
  await app.getByLabel("Name of the group").fill("Endings");
  await app.keyboard.press("Enter");
  await expect(frame(app)).toContainText("Endings");
  const group = () => Object.values(flow(studio.read(MAIN)).groups ?? {})[0] as Record<string, unknown>;
  await expect.poll(() => group()?.title).toBe("Endings");

  const places = () => {
    const { layout } = flow(studio.read(MAIN));
    return [layout.p7erso, layout.b9yebe];
  };
  const before = places();
  const head = await frame(app).locator(".nx-frame-title").boundingBox();
  if (!head) throw new Error("no head");
  await app.keyboard.press("Escape");
  await drag(app, { x: head.x + 10, y: head.y + 8 }, { x: head.x + 60, y: head.y + 8 });
  await expect.poll(() => places()[0][0]).toBeGreaterThan(before[0][0]);
  expect(places()[0][0] - before[0][0]).toBe(places()[1][0] - before[1][0]);

  await frame(app).locator(".nx-frame-title").click();
  await app.getByRole("button", { name: "Green" }).click();
  await expect.poll(() => group()?.color).toBe("green");
  await frame(app).getByRole("button", { name: "Fold group" }).click();
  await expect(card(app, "Hand over")).toHaveCount(0);
  await expect(frame(app)).toContainText("2 nodes");
  await expect(wire(app, "m8enu2", "human")).toBeAttached();
  await expect.poll(() => group()?.folded).toBe(true);
  await frame(app).getByRole("button", { name: "Unfold group" }).click();
  await expect(card(app, "Hand over")).toBeVisible();
  await pick(app, "Hand over");
  await app.keyboard.press("Control+Shift+g");
  await expect(frame(app)).toHaveCount(0);
  await expect.poll(() => flow(studio.read(MAIN)).groups ?? {}).toEqual({});
});

test("a note is added, written, coloured, resized and copied", async ({ app, studio }) => {
  await app.keyboard.press("1");
  const canvas = await app.getByTestId("canvas").boundingBox();
  if (!canvas) throw new Error("no canvas");
  await app.mouse.move(canvas.x + 140, canvas.y + canvas.height - 190);
  await app.keyboard.press("n");
  await expect(app.locator(".nx-note-input")).toBeFocused();
  await app.keyboard.type("# Why\n- **bold** <b>no html</b>");
  await app.keyboard.press("Escape");
  const note = app.locator(".nx-note.nx-selected");
  await expect(note.locator("strong")).toHaveText("bold");
  await expect(note).toContainText("<b>no html</b>");
  const id = (await note.getAttribute("data-node-id")) as string;
  await app.getByRole("button", { name: "Teal" }).click();
  await expect.poll(() => flow(studio.read(MAIN)).notes[id].color).toBe("teal");
  const grip = await note.locator(".nx-grip").boundingBox();
  if (!grip) throw new Error("no grip");
  await drag(app, { x: grip.x + 8, y: grip.y + 8 }, { x: grip.x + 68, y: grip.y + 48 });
  await expect.poll(() => flow(studio.read(MAIN)).layout[id][2]).toBeGreaterThan(232);
  await app.keyboard.press("Control+d");
  await expect.poll(() => Object.keys(flow(studio.read(MAIN)).notes)).toHaveLength(3);
});

test("a part becomes a flow, is walked into and put back in place", async ({ app, studio }) => {
  await pick(app, "Opening hours");
  await app.keyboard.press("Control+Shift+e");
  await expect.poll(() => studio.read("flows/opening-hours.flow.json")).toContain("trigger.call");
  await expect.poll(() => flow(studio.read(MAIN)).nodes.h5ours).toBeUndefined();
  await expect(app.getByTestId("problem-count")).toContainText("No problems");
  await app.keyboard.press("Control+ArrowDown");
  const trail = app.getByRole("navigation", { name: "The way here" });
  await expect(trail).toContainText("Opening hours");
  await expect(card(app, "Return")).toBeVisible();
  await trail.getByRole("button").first().click();
  await expect(trail).toHaveCount(0);
  await pick(app, "Opening hours");
  await app.keyboard.press("Control+k");
  await app.keyboard.type("put the called");
  await app.keyboard.press("Enter");
  await expect.poll(() => flow(studio.read(MAIN)).nodes.h5ours?.next).toEqual({ out: "m8enu2" });
  expect(flow(studio.read(MAIN)).nodes.m8enu2.next.hours).toBe("h5ours");
});

test("tidied with a group, which stays together", async ({ app, studio }) => {
  await pick(app, "Opening hours", "Ask for a title");
  await app.keyboard.press("Control+g");
  await app.keyboard.press("Escape");
  await app.getByTestId("canvas").click({ position: { x: 20, y: 20 } });
  await app.keyboard.press("Control+Shift+l");
  await expect(app.getByRole("button", { name: "Undo tidy the flow" })).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => flow(studio.read(MAIN)).layout.s1start).not.toEqual([0, 1]);
  const box = await frame(app).boundingBox();
  const others = await card(app, "Hand over").boundingBox();
  if (!box || !others) throw new Error("not on the canvas");
  const apart = others.x > box.x + box.width || others.y > box.y + box.height || others.y + others.height < box.y;
  expect(apart).toBe(true);
});

test("tidied in one step, and back in one", async ({ app, studio }) => {
  const before = studio.read(MAIN);
  await app.getByTestId("canvas").click({ position: { x: 20, y: 20 } });
  await app.keyboard.press("Control+Shift+l");
  await expect(app.getByRole("button", { name: "Undo tidy the flow" })).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => studio.read(MAIN)).not.toBe(before);
  const { layout } = flow(studio.read(MAIN));
  const cards = Object.entries(layout as Record<string, number[]>).filter(([id]) => id !== "n0te01");
  for (const [a, [x = 0, y = 0]] of cards)
    for (const [b, [u = 0, v = 0]] of cards)
      if (a < b) expect(Math.abs(x - u) >= 232 || Math.abs(y - v) >= 30, `${a} and ${b} overlap`).toBe(true);
  await app.keyboard.press("Control+z");
  await expect.poll(() => studio.read(MAIN)).toBe(before);
});

test("the map shows where the window is and moves it", async ({ app }) => {
  await app.getByTestId("canvas").click({ position: { x: 20, y: 20 } });
  await app.keyboard.press("m");
  const map = app.getByTestId("minimap");
  await expect(map).toBeVisible();
  const style = () => app.locator(".react-flow__viewport").getAttribute("style");
  const before = await style();
  const box = await map.boundingBox();
  if (!box) throw new Error("no map");
  await drag(app, { x: box.x + 92, y: box.y + 62 }, { x: box.x + 40, y: box.y + 40 });
  expect(await style()).not.toBe(before);
  await app.keyboard.press("m");
  await expect(map).toHaveCount(0);
});

test("a place is kept and found again", async ({ app }) => {
  await app.keyboard.press("1");
  await app.getByTestId("canvas").click({ position: { x: 20, y: 20 } });
  const style = () => app.locator(".react-flow__viewport").getAttribute("style");
  await app.waitForTimeout(200);
  const before = await style();
  await app.keyboard.press("Alt+Shift+Digit3");
  await expect(app.getByText("Kept as place 3")).toBeVisible();
  await app.keyboard.press("Control+=");
  await expect.poll(style).not.toBe(before);
  await app.keyboard.press("Alt+Digit3");
  await expect.poll(style).toBe(before);
});
