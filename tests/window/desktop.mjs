// A desktop to open the real window on: Xvfb, tauri-driver before WebKitWebDriver, and as much of the W3C WebDriver protocol as
// the tests speak. No package is needed beyond Node.

import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Opens `application` with `args` on a screen of its own. `close` ends everything that was started. */
export async function openDesktop({ application, args, env, pictures }) {
  const started = [];
  const close = async () => {
    for (const child of started.reverse()) await end(child);
  };
  try {
    const display = await openScreen(started);
    const [port, nativePort] = [await freePort(), await freePort()];
    const driver = start(started, process.env.TAURI_DRIVER ?? "tauri-driver", [
      ["--port", port],
      ["--native-port", nativePort],
      ["--native-driver", process.env.WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver"],
    ].flat().map(String), {
      ...process.env,
      ...env,
      DISPLAY: display,
      // No GPU, no session bus and no compositor stand behind a screen like this one.
      GDK_BACKEND: "x11",
      LIBGL_ALWAYS_SOFTWARE: "1",
      NO_AT_BRIDGE: "1",
    });
    const address = `http://127.0.0.1:${port}`;
    // The inner one first: tauri-driver complains at length when there is nobody to hand a question on to.
    for (const each of [nativePort, port])
      await until("the drivers answer", () => {
        if (driver.exitCode !== null) throw new Error(`tauri-driver ended with ${driver.exitCode}`);
        return fetch(`http://127.0.0.1:${each}/status`).then((reply) => reply.ok, () => false);
      });
    const session = await ask(address, "POST", "/session", {
      capabilities: { alwaysMatch: { browserName: "wry", "tauri:options": { application, args } } },
    });
    const at = `${address}/session/${session.sessionId}`;
    const page = new Page(at, pictures);
    return {
      page,
      async close() {
        await ask(at, "DELETE", "").catch(() => undefined);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The page in the window. Selectors are CSS. */
class Page {
  constructor(at, pictures) {
    this.at = at;
    this.pictures = pictures;
  }

  title() {
    return ask(this.at, "GET", "/title");
  }

  /** Runs a function in the page, with arguments that JSON can carry. */
  run(task, ...args) {
    return ask(this.at, "POST", "/execute/sync", { script: `return (${task})(...arguments)`, args });
  }

  /** The element that shows `text`. */
  async find(selector, text = "") {
    const element = await until(`${selector} shows “${text}”`, () => this.run(lookUp, selector, [text], false));
    return element[ELEMENT];
  }

  /** Clicks the first element in sight that shows one of `texts`, and tells which. */
  async click(selector, ...texts) {
    if (texts.length === 0) texts.push("");
    const found = await until(`${selector} in sight shows one of ${JSON.stringify(texts)}`, () =>
      this.run(lookUp, selector, texts, true),
    );
    await this.#press([{ type: "pointerMove", origin: found.element, x: 0, y: 0, duration: 0 }]);
    return found.text;
  }

  /** Types where the focus is. A private-use code point is a key: see `keys`. */
  async type(text) {
    const actions = [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await ask(this.at, "POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Presses keys together. */
  async chord(...values) {
    const down = values.map((value) => ({ type: "keyDown", value }));
    const up = [...values].reverse().map((value) => ({ type: "keyUp", value }));
    await ask(this.at, "POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions: [...down, ...up] }] });
  }

  async picture(name) {
    const png = await ask(this.at, "GET", "/screenshot");
    await mkdir(this.pictures, { recursive: true });
    await writeFile(path.join(this.pictures, `${name}.png`), Buffer.from(png, "base64"));
  }

  async #press(moves) {
    const actions = [...moves, { type: "pointerDown", button: 0 }, { type: "pause", duration: 30 }, { type: "pointerUp", button: 0 }];
    await ask(this.at, "POST", "/actions", {
      actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }],
    });
  }
}

/** In the page: what `selector` finds that shows one of `texts`; `inSight`, only what a click would hit. */
function lookUp(selector, texts, inSight) {
  for (const element of document.querySelectorAll(selector)) {
    const text = texts.find((text) => (element.value || element.textContent).includes(text));
    if (text === undefined) continue;
    if (!inSight) return element;
    const { x, y, width, height } = element.getBoundingClientRect();
    if (element.contains(document.elementFromPoint(x + width / 2, y + height / 2))) return { element, text };
  }
  return null;
}

export const keys = { control: "\uE009", shift: "\uE008", end: "\uE010", tab: "\uE004", escape: "\uE00C" };

/** Asks until the answer is something. */
export async function until(what, ask, patience = 20_000) {
  const last = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > last) throw new Error(`waited ${patience / 1000} s in vain until ${what}`);
    await sleep(100);
  }
}

async function ask(base, method, route, body) {
  const reply = await fetch(base + route, {
    method,
    headers: { "content-type": "application/json" },
    body: method === "POST" ? JSON.stringify(body ?? {}) : undefined,
    signal: AbortSignal.timeout(60_000),
  });
  const { value } = await reply.json();
  if (!reply.ok) throw new Error(`${method} ${route}: ${value?.error}: ${value?.message}`);
  return value;
}

/** An X server on a display number that it picks itself. */
async function openScreen(started) {
  const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  started.push(screen);
  const number = await new Promise((resolve, reject) => {
    let text = "";
    screen.on("error", reject);
    screen.on("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
    screen.stdio[3].on("data", (data) => {
      text += data;
      if (text.includes("\n")) resolve(text.trim());
    });
  });
  return `:${number}`;
}

/** A child in a process group of its own, so that what it starts ends with it. */
function start(started, program, args, env) {
  const child = spawn(program, args, { env, detached: true, stdio: ["ignore", "inherit", "inherit"] });
  child.on("error", (error) => console.error(`${program} did not start: ${error.message}`));
  child.group = true;
  started.push(child);
  return child;
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const signal = (name) => {
    try {
      process.kill(child.group ? -child.pid : child.pid, name);
    } catch {
      // It went by itself in the meantime.
    }
  };
  signal("SIGTERM");
  const patience = setTimeout(() => signal("SIGKILL"), 3000);
  await gone;
  clearTimeout(patience);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
