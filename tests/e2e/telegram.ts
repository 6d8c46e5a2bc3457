import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const ROOT = resolve(__dirname, "../..");
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
const BINARY = process.env.NEXUS_TELEGRAM_DOUBLE ?? join(TARGET, "debug/examples/telegram");

/** A strict double of Telegram with one person on it, Ada. */
export type Telegram = {
  url: string;
  token: string;
  says(text: string): void;
  webhook(on: boolean): void;
  /** What the bot wrote, in order. */
  texts: string[];
  stop(): void;
};

export async function telegram(): Promise<Telegram> {
  if (!existsSync(BINARY))
    throw new Error(`There is no ${BINARY}. Build it with: cargo build -p doubles --example telegram`);
  const child: ChildProcess = spawn(BINARY, { stdio: ["pipe", "pipe", "inherit"] });
  const texts: string[] = [];
  const tell = (line: string) => child.stdin?.write(`${line}\n`);
  const { url, token } = await new Promise<{ url: string; token: string }>((found, failed) => {
    if (!child.stdout) return failed(new Error("the double has no output"));
    createInterface(child.stdout).on("line", (line) => {
      const said = JSON.parse(line);
      if (said.url) found(said);
      else if (said.did === "Sent") texts.push(said.text);
    });
    child.once("exit", (code) => failed(new Error(`the double ended with ${code}`)));
  });
  return {
    url,
    token,
    texts,
    says: (text) => tell(`says ${text}`),
    webhook: (on) => tell(`webhook ${on ? "on" : "off"}`),
    stop: () => child.stdin?.end(),
  };
}
