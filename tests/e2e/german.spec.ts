import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Descriptor } from "../../ui/src/api";
import { wordsOf } from "../../ui/src/flow/kind-words";
import { card, expect, inspector, pick, test } from "./studio";

const WORDS = resolve(__dirname, "../../ui/src/words/kinds.json");

/** `NEXUS_WORDS=write` takes the list anew; what it then lacks in German, the test of the catalogues tells. */
test("the list of the words that kinds have is current", async ({ studio }) => {
  const { origin, hash } = new URL(studio.address);
  const reply = await fetch(`${origin}/rpc/kinds.list`, {
    method: "POST",
    headers: { authorization: `Bearer ${hash.slice(1)}`, "content-type": "application/json" },
    body: "{}",
  });
  const { kinds } = (await reply.json()) as { kinds: Descriptor[] };
  const words = wordsOf(kinds);
  if (process.env.NEXUS_WORDS === "write") writeFileSync(WORDS, `${JSON.stringify(words, null, 2)}\n`);
  expect(JSON.parse(readFileSync(WORDS, "utf8"))).toEqual(words);
});

test("kinds, their fields and their ports speak German, and files stay as they are", async ({ app, studio }) => {
  await app.keyboard.press("Control+,");
  await app.getByRole("combobox", { name: "Language" }).click();
  await app.getByRole("option", { name: "Deutsch" }).click();
  await app.keyboard.press("Escape");
  await expect(card(app, "Befehl")).toBeVisible();
  await expect(card(app, "Menu")).toContainText("Alles andere");
  await pick(app, "Menu");
  await expect(inspector(app)).toContainText("Mit Knöpfen fragen");
  await expect(inspector(app)).toContainText("Höchstens warten");
  await app.getByTestId("canvas").click({ position: { x: 400, y: 12 } });
  await app.keyboard.press("Space");
  // Both names find it.
  await app.keyboard.type("send message");
  const palette = app.getByRole("dialog", { name: "Knoten hinzufügen" });
  await expect(palette.getByRole("option", { name: /^Nachricht senden/ })).toBeVisible();
  await app.keyboard.press("Enter");
  await expect(inspector(app).getByRole("heading", { name: "Nachricht senden" })).toBeVisible();
  await expect(app.getByRole("button", { name: "Rückgängig: Nachricht senden hinzufügen" })).toBeVisible();
  await expect.poll(() => studio.read("flows/main.flow.json")).not.toContain("Nachricht senden");
});
