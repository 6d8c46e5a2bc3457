import { resolve } from "node:path";
import { card, test } from "./studio";

// The pictures that README and docs show. Run by `npm run pictures` in ui/, after the studio was built.

const IMAGES = resolve(__dirname, "../../docs/images");

for (const theme of ["light", "dark"] as const) {
  test(`the canvas, ${theme}`, async ({ app }) => {
    await app.setViewportSize({ width: 1600, height: 900 });
    await app.emulateMedia({ colorScheme: theme });
    await app.keyboard.press("Shift+1");
    await card(app, "Menu").click();
    await app.waitForTimeout(500);
    await app.screenshot({ path: `${IMAGES}/canvas-${theme}.png` });
  });
}
