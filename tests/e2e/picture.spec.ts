import { readFileSync } from "node:fs";
import { expect, test } from "./studio";

for (const [form, begins] of [
  ["SVG", "<svg "],
  ["PNG", "\u0089PNG"],
  ["PDF, to print", "%PDF"],
] as const)
  test(`the open flow is exported as ${form}`, async ({ app }) => {
    await app.keyboard.press("Control+k");
    await app.keyboard.type(`Export picture as ${form}`);
    const [download] = await Promise.all([app.waitForEvent("download"), app.keyboard.press("Enter")]);
    expect(download.suggestedFilename()).toMatch(/^main\.(svg|png|pdf)$/);
    expect(readFileSync(await download.path(), "latin1").startsWith(begins)).toBe(true);
    await expect(app.getByText(/Picture saved as main\./)).toBeVisible();
  });
