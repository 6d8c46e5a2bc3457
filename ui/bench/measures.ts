import type { Browser } from "@playwright/test";
import { cardInMiddle, emptyPlace, type Open, open, type Subject } from "./pages";
import { frames, percentile, perEcho, perKey, spent, traced } from "./trace";

const COLD = 3;

/** Milliseconds from the navigation to the first card on the screen; the median of a few cold starts. */
export async function firstPaint(browser: Browser, subject: Subject): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < COLD; at++) {
    const opened = await open(browser, subject);
    times.push(opened.firstPaint);
    await opened.close();
  }
  return percentile(times, 0.5);
}

export type Gesture = "pan" | "zoom" | "drag";

/** Main-thread milliseconds per frame of a gesture, near enough to read the cards. */
export async function perFrame(browser: Browser, { page, hand }: Open, subject: Subject, gesture: Gesture) {
  let count = 0;
  const act = await gestureOf(gesture, { page, hand }, subject);
  const work = await traced(browser, page, async () => {
    count = (await frames(page, act)).count;
  });
  return spent(work) / count;
}

/** Frames a second of a gesture; no trace is taken meanwhile. */
export async function perSecond(opened: Open, subject: Subject, gesture: Gesture, places?: { x: number; y: number }[]) {
  const act = await gestureOf(gesture, opened, subject, places);
  return (await frames(opened.page, act)).perSecond;
}

export async function gestureOf(
  gesture: Gesture,
  { page, hand }: Pick<Open, "page" | "hand">,
  subject: Subject,
  places?: { x: number; y: number }[],
): Promise<() => Promise<void>> {
  if (gesture === "drag") {
    const from = await cardInMiddle(page, places);
    const round = (step: number) => ({
      x: from.x + 120 * Math.sin(step / 12),
      y: from.y + 120 * (1 - Math.cos(step / 12)),
    });
    return () => hand.drag("left", from, 150, round);
  }
  const from = await emptyPlace(page);
  if (gesture === "zoom")
    return async () => {
      await hand.zoom(from, 60, 16, subject.zoomKey);
      await hand.zoom(from, 60, -16, subject.zoomKey);
    };
  return async () => {
    for (const way of [-1, -1, 1, 1])
      await hand.drag(subject.pan, from, 40, (step) => ({ x: from.x + way * 9 * step, y: from.y + way * 4 * step }));
  };
}

/** The main thread's work for a key typed into a field, until it shows and up to the next key: what 95 of 100 stay below. */
export async function typing(browser: Browser, opened: Open): Promise<{ shown: number; whole: number }> {
  const work = await traced(browser, opened.page, await typingAct(opened));
  return { shown: percentile(perKey(work), 0.95), whole: percentile(perEcho(work), 0.95) };
}

export async function typingAct({ page, hand }: Pick<Open, "page" | "hand">): Promise<() => Promise<void>> {
  await chooseCard(page);
  await page.locator("[data-panel=inspector] textarea").first().click();
  await hand.type("to begin with ", 100);
  return () => hand.type("What is typed here is drawn on the card and written to the file as it grows", 100);
}

async function chooseCard(page: Open["page"]): Promise<void> {
  const at = await cardInMiddle(page);
  await page.mouse.click(at.x, at.y);
  await page.locator("[data-panel=inspector] textarea").first().waitFor();
}

/** By how many percent the heap of the last quarter is above that of the second, after collecting, while a bot is edited. */
export async function memory(opened: Open, subject: Subject, seconds: number): Promise<{ growth: number; mb: number }> {
  const { page, cdp, hand } = opened;
  const samples: number[] = [];
  const until = performance.now() + seconds * 1000;
  await cdp.send("HeapProfiler.enable");
  for (let round = 0; performance.now() < until; round++) {
    await (await gestureOf(round % 2 ? "pan" : "drag", opened, subject))();
    await chooseCard(page);
    const field = page.locator("[data-panel=inspector] textarea").first();
    await field.click();
    await hand.type("abc", 30);
    await field.blur();
    for (let back = 0; back < 2; back++) await page.keyboard.press("Control+z");
    await cdp.send("HeapProfiler.collectGarbage");
    const { usedSize } = await cdp.send("Runtime.getHeapUsage");
    samples.push(usedSize / 2 ** 20);
  }
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const before = percentile(samples.slice(quarter, 2 * quarter), 0.5);
  const after = percentile(samples.slice(-quarter), 0.5);
  return { growth: (after / before - 1) * 100, mb: after };
}
