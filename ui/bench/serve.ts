import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { type BenchNode, writeBot } from "./flow";

const TYPES: { [ext: string]: string } = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

export type Served = { origin: string; data: Map<string, string>; stop(): Promise<void> };

/** A folder of built files; what they ask of the studio is passed on to it. Both pages come from the same server. */
export async function serve(dist: string, studio?: string): Promise<Served> {
  const data = new Map<string, string>();
  const sockets = new Set<Socket>();
  const server = createServer((asked, reply) => {
    const path = new URL(asked.url ?? "/", "http://x").pathname;
    const made = data.get(path);
    const file = join(dist, path === "/" ? "index.html" : path);
    if (made !== undefined || (asked.method === "GET" && existsSync(file) && extname(file))) {
      reply.writeHead(200, { "content-type": TYPES[extname(path === "/" ? ".html" : path)] ?? "text/html" });
      reply.end(made ?? readFileSync(file));
      return;
    }
    if (!studio) return reply.writeHead(404).end();
    const headers = { ...asked.headers, host: new URL(studio).host, origin: studio };
    const through = request(new URL(asked.url ?? "/", studio), { method: asked.method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    through.on("error", () => reply.destroy());
    reply.on("close", () => through.destroy());
    asked.pipe(through);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    data,
    stop: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}

/** The real studio over a flow that was made up, with a data folder of its own. */
export async function studioOf(binary: string, nodes: readonly BenchNode[]) {
  if (!existsSync(binary)) throw new Error(`There is no ${binary}. Build it with: cargo build -p cli`);
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-"));
  const bot = join(folder, "bench");
  writeBot(bot, nodes);
  const child = spawn(binary, ["studio", bot, "--port", "0"], {
    env: { ...process.env, NEXUS_DATA: join(folder, "data"), NEXUS_VAULT: "file" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await printedAddress(child);
  return {
    origin: new URL(address).origin,
    token: new URL(address).hash,
    stop: async () => {
      const gone = new Promise((done) => child.once("exit", done));
      if (child.kill()) await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function printedAddress(child: ChildProcess): Promise<string> {
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
