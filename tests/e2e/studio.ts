import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";

const ROOT = resolve(__dirname, "../..");
export const BINARY = process.env.NEXUS_BIN ? resolve(process.env.NEXUS_BIN) : join(ROOT, "target/debug/nexus");

/** The real studio over a copy of an example, one per test, with a data folder of its own. */
export type Studio = {
  address: string;
  bot: string;
  /** A file of the bot as it is on disk now; empty where there is none. */
  read(path: string): string;
  stop(): Promise<void>;
};

export const MAIN = "flows/main.flow.json";

export const test = base.extend<{ studio: Studio; app: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  studio: async ({}, use) => {
    const studio = await start("welcome");
    await use(studio);
    await studio.stop();
  },
  app: async ({ page, studio }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
    });
    await open(page, studio);
    await use(page);
    expect(complaints).toEqual([]);
  },
});

export { expect };

export async function open(page: Page, studio: Studio): Promise<void> {
  if (process.env.NEXUS_UI) await insteadOfBuiltIn(page, studio, resolve(process.env.NEXUS_UI));
  await page.goto(studio.address);
  await expect(page.locator("[data-node-id]").first()).toBeVisible();
}

/** Another build of the UI than the one inside of the program, so that working on the UI needs no build of Rust. */
async function insteadOfBuiltIn(page: Page, studio: Studio, dist: string): Promise<void> {
  const { origin } = new URL(studio.address);
  await page.route(`${origin}/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1) || "index.html";
    const file = join(dist, name);
    return route.request().method() === "GET" && existsSync(file) ? route.fulfill({ path: file }) : route.fallback();
  });
}

/** A card by the words of its title. */
export const card = (page: Page, title: string) =>
  page.locator("[data-node-id]").filter({ has: page.locator(".nx-title", { hasText: new RegExp(`^${title}$`) }) });

/** Selects cards as a person does: brought into view first, for a click on what is off the canvas lands elsewhere. */
export async function pick(page: Page, ...titles: string[]): Promise<void> {
  await page.keyboard.press("1");
  await still(page);
  for (const [at, title] of titles.entries()) {
    await card(page, title).click(at > 0 ? { modifiers: ["Shift"] } : {});
    await expect(page.locator(".nx-selected")).toHaveCount(at + 1);
  }
}

/** Fits the canvas to the selection and waits until it has come to rest. */
export async function zoomToSelection(page: Page): Promise<void> {
  await page.keyboard.press("2");
  await still(page);
}

async function still(page: Page): Promise<void> {
  const at = () => page.locator(".react-flow__viewport").getAttribute("style");
  let before: string | null;
  do {
    before = await at();
    await page.waitForTimeout(100);
  } while (before !== (await at()));
}

export const inspector = (page: Page) => page.locator("[data-panel=inspector]");
export const wire = (page: Page, source: string, port: string) =>
  page.locator(`.react-flow__edge[data-id="${source} ${port}"]`);

export async function start(example: string, env: Record<string, string> = {}): Promise<Studio> {
  if (!existsSync(BINARY)) throw new Error(`There is no ${BINARY}. Build it with: cargo build -p cli`);
  const folder = mkdtempSync(join(tmpdir(), "nexus-e2e-"));
  const bot = join(folder, example);
  cpSync(join(ROOT, "flows-examples", example), bot, { recursive: true });
  const child = spawn(BINARY, ["studio", bot, "--port", "0"], {
    env: { ...process.env, NEXUS_DATA: join(folder, "data"), NEXUS_VAULT: "file", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return {
    address: await printedAddress(child),
    bot,
    read: (path) => (existsSync(join(bot, path)) ? readFileSync(join(bot, path), "utf8") : ""),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((done) => child.once("exit", done));
        child.kill();
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = "";
    child.stdout?.on("data", (chunk) => {
      said += chunk;
      const address = said.match(/http:\/\/127\.0\.0\.1:\d+\/#\S+/)?.[0];
      if (address) found(address);
    });
    child.once("exit", (code) =>
      failed(new Error(`The studio ended with ${code} before it said where it is.\n${said}`)),
    );
  });
}
