import type { Browser, Page } from "@playwright/test";

type TraceEvent = {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  args?: { name?: string; data?: { type?: string } };
};
export type Work = { task: { at: number; ms: number }[]; keys: number[]; commits: number[] };

/** What the page's main thread did meanwhile: its tasks, and when keys were pressed; in milliseconds. */
export async function traced(browser: Browser, page: Page, during: () => Promise<void>): Promise<Work> {
  await browser.startTracing(page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"] });
  await during();
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse((await browser.stopTracing()).toString());
  const mains = new Set<string>();
  for (const event of traceEvents)
    if (event.name === "thread_name" && event.args?.name === "CrRendererMain") mains.add(`${event.pid} ${event.tid}`);
  // Other pages of the browser rest; the one that is measured is the one that works.
  const busy = new Map<string, Work>();
  for (const event of traceEvents) {
    const thread = `${event.pid} ${event.tid}`;
    if (!mains.has(thread)) continue;
    const work = busy.get(thread) ?? { task: [], keys: [], commits: [] };
    busy.set(thread, work);
    if (event.name === "RunTask" && event.dur !== undefined)
      work.task.push({ at: event.ts / 1000, ms: event.dur / 1000 });
    if (event.name === "Commit") work.commits.push((event.ts + (event.dur ?? 0)) / 1000);
    if (event.name === "EventDispatch" && event.args?.data?.type === "keydown") work.keys.push(event.ts / 1000);
  }
  const all = [...busy.values()].sort((a, b) => spent(b) - spent(a));
  return all[0] ?? { task: [], keys: [], commits: [] };
}

export function spent(work: Work): number {
  return work.task.reduce((sum, { ms }) => sum + ms, 0);
}

/** The work from each key to the next, its echo from the studio included. */
export function perEcho({ task, keys }: Work): number[] {
  const sums = keys.map(() => 0);
  for (const { at, ms } of task) {
    // A task that handles a key began a moment before the key's event did.
    const key = keys.findLastIndex((pressed) => pressed <= at + ms);
    if (key >= 0) sums[key] = (sums[key] ?? 0) + ms;
  }
  return sums.slice(0, -1);
}

/** The work from each key to the frame that shows it: what the typist waits for, without the wait for the screen. */
export function perKey({ task, keys, commits }: Work): number[] {
  return keys.flatMap((pressed) => {
    const shown = commits.find((end) => end > pressed);
    if (shown === undefined) return [];
    return task.reduce((sum, { at, ms }) => sum + Math.max(0, Math.min(at + ms, shown) - Math.max(at, pressed)), 0);
  });
}

/** Counts the frames that the page makes meanwhile. */
export async function frames(page: Page, during: () => Promise<void>): Promise<{ count: number; perSecond: number }> {
  await page.evaluate(() => {
    const counter = { times: [] as number[], on: true };
    const next = (time: number) => {
      counter.times.push(time);
      if (counter.on) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(window, { counter });
  });
  await during();
  return page.evaluate(() => {
    const { counter } = window as unknown as { counter: { times: number[]; on: boolean } };
    counter.on = false;
    const { times } = counter;
    const ms = (times.at(-1) ?? 0) - (times[0] ?? 0);
    return { count: times.length, perSecond: ms > 0 ? ((times.length - 1) / ms) * 1000 : 0 };
  });
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
