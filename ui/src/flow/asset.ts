import type { Descriptor, Node, Value } from "../api";
import { assetKind } from "./hints";
import { itemId } from "./ids";
import { fresh } from "./kinds";

/** Files that a bot sends. */

const TYPES: { [ending in string]: string } = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  svg: "image/svg+xml",
};

export function mediaType(path: string): string {
  return TYPES[path.toLowerCase().split(".").at(-1) ?? ""] ?? "application/octet-stream";
}

/** Whether the page can show it. */
export function isPicture(path: string): boolean {
  return mediaType(path).startsWith("image/");
}

export function base64(content: Uint8Array): string {
  let text = "";
  // Too many arguments at once are too many for the stack.
  for (let at = 0; at < content.length; at += 0x8000) text += String.fromCharCode(...content.subarray(at, at + 0x8000));
  return btoa(text);
}

/** 820 B, 12 kB, 3.4 MB. */
export function sizeSaid(bytes: number, language: string): string {
  const [unit, by] = bytes < 1000 ? ["byte", 1] : bytes < 1_000_000 ? ["kilobyte", 1000] : ["megabyte", 1_000_000];
  const digits = bytes / by < 10 && by > 1 ? 1 : 0;
  const said = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(language, said).format(bytes / by);
}

/** A node that sends these files of the bot's folder. */
export function mediaNode(kind: Descriptor, paths: readonly string[]): Node {
  const node = fresh(kind, itemId);
  const used = new Set<string>();
  node.fields.files = paths.map((path): Value => {
    const id = itemId((taken) => used.has(taken));
    used.add(id);
    const is = path.toLowerCase().endsWith(".gif") ? "animation" : assetKind(path);
    return { id, kind: is, from: "asset", source: path };
  });
  delete node.fields.caption;
  return node;
}
