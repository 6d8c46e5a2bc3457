import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type BenchNode = { id: string; kind: string; x: number; y: number; next: { [port: string]: string } };

const ACROSS = 320;
const DOWN = 280;
/** Every so many nodes one asks with buttons, as flows of menus do. */
const ASKS = 10;
const BUTTONS = ["yes", "no", "later"];

/** A flow as wide as a screen: messages one after another, line after line, with a question here and there. */
export function makeFlow(count: number): BenchNode[] {
  const columns = Math.ceil(Math.sqrt((count * DOWN * 1.7) / ACROSS));
  const id = (at: number) => `n${at.toString(36).padStart(5, "0")}`;
  return Array.from({ length: count }, (_, at) => {
    const kind = at === 0 ? "trigger.command" : at % ASKS === 5 ? "message.ask" : "message.send";
    const after = (by: number) => id(Math.min(at + by, count - 1));
    const next: BenchNode["next"] =
      at >= count - 1
        ? {}
        : kind === "message.ask"
          ? { yes: after(1), no: after(2), later: after(columns) }
          : { out: after(1) };
    return { id: id(at), kind, x: (at % columns) * ACROSS, y: Math.floor(at / columns) * DOWN, next };
  });
}

/** The same as a bot's folder, as the studio opens it. */
export function writeBot(folder: string, nodes: readonly BenchNode[]): void {
  mkdirSync(join(folder, "flows"), { recursive: true });
  const manifest = { nexus: 1, id: "bench", name: "Bench", channels: ["telegram"], locales: ["en"] };
  writeFileSync(join(folder, "bot.json"), JSON.stringify(manifest));
  const flow = {
    nexus: 1,
    id: "main",
    name: "Bench",
    nodes: Object.fromEntries(nodes.map((node, at) => [node.id, written(node, at)])),
    layout: Object.fromEntries(nodes.map(({ id, x, y }) => [id, [x, y]])),
  };
  writeFileSync(join(folder, "flows/main.flow.json"), JSON.stringify(flow));
}

function written({ kind, next }: BenchNode, at: number) {
  if (kind === "trigger.command") return { kind, v: 1, fields: { command: "start" }, next };
  const name = `Step ${at}`;
  const text = `This is what step ${at} says to whoever has come as far as this.`;
  if (kind === "message.send") return { kind, v: 1, name, fields: { text }, next };
  return { kind, v: 1, name, fields: { text, buttons: BUTTONS.map((id) => ({ id, label: id })) }, next };
}
