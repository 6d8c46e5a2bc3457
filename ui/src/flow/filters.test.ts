import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FILTERS, type Filter } from "./filters";

const PAGE = new URL("../../../docs/expressions.md", import.meta.url);
const LIST = new URL("./filters.json", import.meta.url);

function listed(): Filter[] {
  const page = readFileSync(PAGE, "utf8").split("<!-- From here on")[1] ?? "";
  const filters: Filter[] = [];
  let group = "";
  for (const line of page.split("\n")) {
    if (line.startsWith("### ")) group = line.slice(4).trim();
    if (!line.startsWith("| `")) continue;
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
    const [, usage = "", help = "", example = "", gives = ""] = cells;
    const code = (cell: string) => cell.replace(/^`|`$/g, "");
    filters.push({
      name: usage.match(/\w+/)?.[0] ?? "",
      group,
      usage: usage.replaceAll("`", ""),
      help,
      example: code(example),
      gives: code(gives),
    });
  }
  return filters;
}

test("the filters are those of the page on expressions", () => {
  const filters = listed();
  if (process.env.NEXUS_UPDATE) {
    writeFileSync(LIST, `${JSON.stringify(filters, null, 2)}\n`);
    return;
  }
  expect(filters.length).toBeGreaterThan(80);
  expect(FILTERS).toEqual(filters);
});
