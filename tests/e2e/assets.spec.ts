import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inspector, MAIN, test } from "./studio";

/** One red pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

test("a file that is dropped on the canvas is kept in the bot's folder and sent by a new node", async ({
  app,
  studio,
}) => {
  const files = await app.evaluateHandle((data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "Our shop.png", { type: "image/png" }));
    return transfer;
  }, PNG.toString("base64"));
  const canvas = app.getByTestId("canvas");
  await canvas.dispatchEvent("dragover", { dataTransfer: files, clientX: 700, clientY: 500 });
  await canvas.dispatchEvent("drop", { dataTransfer: files, clientX: 700, clientY: 500 });
  const kept = join(studio.bot, "assets/Our-shop.png");
  await expect.poll(() => existsSync(kept)).toBe(true);
  expect(readFileSync(kept)).toEqual(PNG);
  await expect.poll(() => studio.read(MAIN)).toContain('"source": "assets/Our-shop.png"');
  // It is shown where it is chosen.
  await expect(inspector(app).getByRole("img", { name: "Our-shop.png" })).toBeVisible();
});

test("a file is added from the inspector", async ({ app, studio }) => {
  await app.getByRole("button", { name: "Add node" }).click();
  await app.keyboard.type("photo");
  await app.keyboard.press("Enter");
  const chooser = app.waitForEvent("filechooser");
  await inspector(app).getByRole("button", { name: "Add a file…" }).first().click();
  await (await chooser).setFiles({ name: "menu.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") });
  await expect.poll(() => studio.read(MAIN)).toContain('"source": "assets/menu.pdf"');
  await expect(inspector(app).getByText("File · 4 byte")).toBeVisible();
});
