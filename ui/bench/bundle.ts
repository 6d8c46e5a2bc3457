import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** The gzipped size of what the first view needs: the page, its style, its script and what that imports at once. */
export function firstView(dist: string): number {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const seen = new Set<string>();
  let size = gzipSync(html).length;
  const add = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = readFileSync(join(dist, "assets", name), "utf8");
    size += gzipSync(text).length;
    if (!name.endsWith(".js")) return;
    // `import("./x.js")` is for later; `import ... from "./x.js"` and `import "./x.js"` are for now.
    for (const [, file] of text.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) if (file) add(file);
  };
  for (const [, file] of html.matchAll(/(?:src|href)="\/?assets\/([^"]+\.(?:js|css))"/g)) if (file) add(file);
  return size;
}
