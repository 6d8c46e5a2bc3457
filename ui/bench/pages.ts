import type { Browser, CDPSession, Page } from "@playwright/test";
import { Hand } from "./gestures";

export const WINDOW = { width: 1440, height: 900 };

/** A page with a flow on it, ours or the bare one: how it is opened, and which hand movements mean what on it. */
export type Subject = {
  address: string;
  /** A card, shown. */
  card: string;
  pan: "left" | "middle";
  zoomKey: boolean;
};

export type Open = { page: Page; cdp: CDPSession; hand: Hand; firstPaint: number; close(): Promise<void> };

export async function open(browser: Browser, subject: Subject): Promise<Open> {
  const context = await browser.newContext({ viewport: WINDOW, reducedMotion: "reduce", colorScheme: "light" });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.addInitScript((selector) => {
    const look = () => {
      const card = document.querySelector(selector);
      if (!card || getComputedStyle(card).visibility !== "visible") return requestAnimationFrame(look);
      // The frame in which it is found is painted when the next task runs.
      const after = new MessageChannel();
      after.port1.onmessage = () => Object.assign(window, { painted: performance.now() });
      return after.port2.postMessage(undefined);
    };
    requestAnimationFrame(look);
  }, subject.card);
  await page.goto(subject.address);
  await page.waitForFunction(() => "painted" in window);
  const firstPaint = await page.evaluate(() => (window as unknown as { painted: number }).painted);
  const cdp = await context.newCDPSession(page);
  return { page, cdp, hand: new Hand(page, cdp), firstPaint, close: () => context.close() };
}

/** The middle of the canvas, and a place near it where nothing lies. */
export async function emptyPlace(page: Page): Promise<{ x: number; y: number }> {
  return page.evaluate(() => {
    const box = (document.querySelector(".react-flow") as Element).getBoundingClientRect();
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    for (let away = 0; away < 400; away += 6)
      for (let turn = 0; turn < 12; turn++) {
        const x = middle.x + away * Math.cos((turn * Math.PI) / 6);
        const y = middle.y + away * Math.sin((turn * Math.PI) / 6);
        if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return { x, y };
      }
    return middle;
  });
}

/** The head of the card nearest to the middle of the canvas: of a card of the page, or of `places` where they are painted. */
export async function cardInMiddle(page: Page, places?: { x: number; y: number }[]): Promise<{ x: number; y: number }> {
  return page.evaluate((places) => {
    const box = (document.querySelector(".react-flow") as Element).getBoundingClientRect();
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const view = new DOMMatrix(getComputedStyle(document.querySelector(".react-flow__viewport") as Element).transform);
    const heads = places
      ? places.map(({ x, y }) => ({ x: box.x + view.e + (x + 100) * view.a, y: box.y + view.f + (y + 15) * view.a }))
      : [...document.querySelectorAll(".react-flow__node")].map((card) => {
          const at = card.getBoundingClientRect();
          return { x: at.x + at.width / 2, y: at.y + Math.min(15 * view.a, at.height / 2) };
        });
    const far = (at: { x: number; y: number }) => Math.hypot(at.x - middle.x, at.y - middle.y);
    return heads.reduce((best, at) => (far(at) < far(best) ? at : best), heads[0] ?? middle);
  }, places);
}
