import { resolve } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import react from "@vitejs/plugin-react";
import { build } from "vite";
import type { BareFlow } from "./bare/main";
import { firstView } from "./bundle";
import { type BenchNode, makeFlow } from "./flow";
import { firstPaint, type Gesture, memory, perFrame, perSecond, typing } from "./measures";
import { open, type Subject } from "./pages";
import { type Row, table } from "./report";
import { type Served, serve, studioOf } from "./serve";

const HERE = resolve(import.meta.dirname);
const DIST = resolve(process.env.NEXUS_UI ?? resolve(HERE, "../dist"));
const BINARY = resolve(process.env.NEXUS_BIN ?? resolve(HERE, "../../target/debug/nexus"));
const GESTURES: Gesture[] = ["pan", "zoom", "drag"];

type Options = { nodes: number; many: number; minutes: number; json: boolean; only: string | undefined };

/** `npm run bench -- [--nodes 2000] [--many 10000] [--minutes 1] [--only start,near,far,typing,memory,many] [--json]` */
export async function main(args: string[]): Promise<void> {
  const value = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const options: Options = {
    nodes: Number(value("--nodes") ?? 2000),
    many: Number(value("--many") ?? 10_000),
    minutes: Number(value("--minutes") ?? 1),
    only: value("--only"),
    json: args.includes("--json"),
  };
  const browser = await chromium.launch({
    executablePath: process.env.NEXUS_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  try {
    const rows = await measured(browser, options);
    console.log(options.json ? JSON.stringify(rows, undefined, 2) : table(rows));
  } finally {
    await browser.close();
  }
}

async function measured(browser: Browser, options: Options): Promise<Row[]> {
  const wanted = (part: string) => !options.only || options.only.split(",").includes(part);
  const rows: Row[] = [];
  const add = (row: Row) => {
    rows.push(row);
    // A run takes minutes: what is known is told at once, beside the table.
    console.error(`${row.what}: ${[row.ours, row.bare, row.visible].map((one) => one?.toFixed(1) ?? "–").join(" | ")}`);
  };
  const size = firstView(DIST) / 1024;
  add({ what: "first view, gzip", unit: "KiB", ours: size, aim: { says: "≤ 350 KiB", met: size <= 350 } });

  const nodes = makeFlow(options.nodes);
  const ours = await oursOver(nodes);
  const bare = await bareOver(browser, nodes, ours.subject);
  try {
    if (wanted("start")) {
      const [own, theirs, visible] = [
        await firstPaint(browser, ours.subject),
        await firstPaint(browser, bare.subject),
        await firstPaint(browser, bare.visible),
      ];
      const aim = { says: "≤ 1500 ms, not after bare", met: own <= 1500 && own <= theirs };
      add({ what: "first paint of the flow", unit: "ms", ours: own, bare: theirs, visible, aim });
    }
    if (wanted("near")) await near(browser, ours.subject, bare, add);
    if (wanted("far")) await far(browser, ours.subject, bare.subject, nodes, add);
    if (wanted("typing")) {
      const opened = await open(browser, ours.subject);
      const { shown, whole } = await typing(browser, opened);
      const aim = { says: "≤ 16 ms", met: shown <= 16 };
      add({ what: "work until a typed key shows, p95", unit: "ms", ours: shown, aim });
      add({ what: "the same with its way to the file and back, p95", unit: "ms", ours: whole });
      await opened.close();
    }
    if (wanted("memory")) {
      const opened = await open(browser, ours.subject);
      const { growth, mb } = await memory(opened, ours.subject, options.minutes * 60);
      const what = `growth of the heap, ${options.minutes} min of editing`;
      add({ what, unit: "%", ours: growth, aim: { says: "flat (≤ 5 %)", met: growth <= 5 } });
      add({ what: "heap after that", unit: "MB", ours: mb });
      await opened.close();
    }
  } finally {
    await ours.stop();
    await bare.stop();
  }
  if (wanted("many")) await many(browser, makeFlow(options.many), add);
  return rows;
}

async function near(
  browser: Browser,
  ours: Subject,
  bare: { subject: Subject; visible: Subject },
  add: (row: Row) => void,
): Promise<void> {
  const found: number[][] = [];
  for (const subject of [ours, bare.subject, bare.visible]) {
    const opened = await open(browser, subject);
    await opened.page.waitForTimeout(1000);
    const one: number[] = [];
    for (const gesture of GESTURES) one.push(await perFrame(browser, opened, subject, gesture));
    found.push(one);
    await opened.close();
  }
  GESTURES.forEach((gesture, at) => {
    const [own = 0, theirs = 0, visible = 0] = found.map((one) => one[at] ?? 0);
    const aim = { says: "≤ 1/3 of bare", met: own <= theirs / 3 };
    add({ what: `main thread per ${gesture} frame`, unit: "ms", ours: own, bare: theirs, visible, aim });
  });
}

async function far(
  browser: Browser,
  ours: Subject,
  bare: Subject,
  nodes: readonly BenchNode[],
  add: (row: Row) => void,
): Promise<void> {
  const found: number[][] = [];
  for (const subject of [ours, bare]) {
    const opened = await open(browser, subject);
    await seeAll(opened.page, subject === ours);
    const places = subject === ours ? nodes.map(({ x, y }) => ({ x, y })) : undefined;
    found.push([await perSecond(opened, subject, "pan", places), await perSecond(opened, subject, "drag", places)]);
    await opened.close();
  }
  const [own = [], theirs = []] = found;
  const aims = [30, 45];
  ["pan", "drag"].forEach((gesture, at) => {
    const aim = { says: `≥ ${aims[at]} /s`, met: (own[at] ?? 0) >= (aims[at] ?? 0) };
    add({ what: `${gesture} with all in view`, unit: "frames/s", ours: own[at], bare: theirs[at], aim });
  });
}

async function many(browser: Browser, nodes: readonly BenchNode[], add: (row: Row) => void): Promise<void> {
  const ours = await oursOver(nodes);
  const of = nodes.length.toLocaleString("en");
  try {
    const opened = await open(browser, ours.subject);
    add({ what: `${of} nodes: first paint`, unit: "ms", ours: opened.firstPaint });
    await opened.page.waitForTimeout(1000);
    for (const gesture of GESTURES)
      add({
        what: `${of} nodes: main thread per ${gesture} frame`,
        unit: "ms",
        ours: await perFrame(browser, opened, ours.subject, gesture),
      });
    await seeAll(opened.page, true);
    for (const gesture of ["pan", "drag"] as const) {
      const fps = await perSecond(
        opened,
        ours.subject,
        gesture,
        nodes.map(({ x, y }) => ({ x, y })),
      );
      const aim = { says: "≥ 20 /s", met: fps >= 20 };
      add({ what: `${of} nodes: ${gesture} with all in view`, unit: "frames/s", ours: fps, aim });
    }
    await opened.close();
  } finally {
    await ours.stop();
  }
}

async function seeAll(page: Page, ours: boolean): Promise<void> {
  if (ours) await page.keyboard.press("1");
  else await page.evaluate(() => (window as unknown as { seeAll(): void }).seeAll());
  await page.waitForTimeout(3000);
}

async function oursOver(nodes: readonly BenchNode[]) {
  const studio = await studioOf(BINARY, nodes);
  const served = await serve(DIST, studio.origin);
  const subject: Subject = {
    address: `${served.origin}/${studio.token}`,
    card: ".nx-card",
    pan: "middle",
    zoomKey: true,
  };
  return {
    subject,
    stop: async () => {
      await served.stop();
      await studio.stop();
    },
  };
}

/** React Flow with the same nodes, in a canvas of the same size, looking at the same place. */
async function bareOver(browser: Browser, nodes: BenchNode[], ours: Subject) {
  const outDir = resolve(HERE, "../test-results/bare");
  await build({
    root: resolve(HERE, "bare"),
    configFile: false,
    logLevel: "error",
    plugins: [react()],
    build: { outDir, emptyOutDir: true, target: "es2023" },
  });
  const served: Served = await serve(outDir);
  served.data.set("/flow.json", JSON.stringify({ nodes, ...(await likeOurs(browser, ours, nodes)) }));
  const subject: Subject = { address: `${served.origin}/`, card: ".react-flow__node", pan: "left", zoomKey: false };
  return { subject, visible: { ...subject, address: `${served.origin}/?visible` }, stop: served.stop };
}

async function likeOurs(browser: Browser, ours: Subject, nodes: BenchNode[]): Promise<Omit<BareFlow, "nodes">> {
  const { page, close } = await open(browser, ours);
  const kinds = Object.fromEntries(nodes.map(({ id, kind }) => [id, kind]));
  const like = await page.evaluate((kinds) => {
    const shapes: BareFlow["shapes"] = {};
    for (const card of document.querySelectorAll<HTMLElement>(".nx-card")) {
      const ports = [...card.querySelectorAll<HTMLElement>("[data-port]")].map((port) => port.dataset.port ?? "");
      const input = card.querySelector(".nx-in") !== null;
      shapes[kinds[card.dataset.nodeId ?? ""] ?? ""] = { width: 232, height: card.offsetHeight, ports, input };
    }
    const box = (document.querySelector(".react-flow") as Element).getBoundingClientRect();
    const at = new DOMMatrix(getComputedStyle(document.querySelector(".react-flow__viewport") as Element).transform);
    return { shapes, width: box.width, height: box.height, view: { x: at.e, y: at.f, zoom: at.a } };
  }, kinds);
  await close();
  return like;
}
