import { type Token, tokens } from "./expr";

/** A condition as rows: for those expressions that have this form. Everything else is text. */
export type Comparison =
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "not in"
  | "contains"
  | "lacks"
  | "holds"
  | "fails"
  | "defined"
  | "undefined";
/** Both sides are expressions as typed; one-sided comparisons have no right. */
export type Row = { left: string; is: Comparison; right: string };
export type Condition = { join: "and" | "or"; rows: Row[] };

export const ONE_SIDED: readonly Comparison[] = ["holds", "fails", "defined", "undefined"];

export function conditionOf(text: string): Condition | undefined {
  const all = tokens(text);
  if (all.some((token) => token.is === "bad" || (token.is === "word" && /^(if|else)$/.test(token.text))))
    return undefined;
  if (text.trim() === "") return { join: "and", rows: [] };
  const ands = split(all, "and");
  const ors = split(all, "or");
  if (!ands || !ors || (ands.length > 1 && ors.length > 1)) return undefined;
  const join = ors.length > 1 ? "or" : "and";
  const rows = (join === "or" ? ors : ands).map(rowOf);
  return rows.every((row) => row !== undefined) ? { join, rows } : undefined;
}

export function expressionOf({ join, rows }: Condition): string {
  return rows
    .filter((row) => row.left.trim() !== "" || row.right.trim() !== "")
    .map((row) => {
      const left = row.left.trim() || "none";
      const right = row.right.trim() || '""';
      switch (row.is) {
        case "holds":
          return left;
        case "fails":
          return `not ${left}`;
        case "defined":
          return `${left} is defined`;
        case "undefined":
          return `${left} is not defined`;
        case "contains":
          return `${right} in ${left}`;
        case "lacks":
          return `${right} not in ${left}`;
        default:
          return `${left} ${row.is} ${right}`;
      }
    })
    .join(` ${join} `);
}

function split(all: readonly Token[], word: string): Token[][] | undefined {
  const found: Token[][] = [[]];
  let depth = 0;
  for (const token of all) {
    if (token.is === "sign") depth += /[([{]/.test(token.text) ? 1 : /[)\]}]/.test(token.text) ? -1 : 0;
    if (depth < 0) return undefined;
    if (depth === 0 && token.is === "word" && token.text === word) found.push([]);
    else found.at(-1)?.push(token);
  }
  return depth === 0 ? found : undefined;
}

function rowOf(all: readonly Token[]): Row | undefined {
  const solid = all.filter((token) => token.is !== "space");
  const first = solid[0];
  if (!first) return undefined;
  const text = (from: number, to?: number) => {
    const start = solid[from];
    const end = to === undefined ? undefined : solid[to];
    const piece = all
      .filter((token) => start && token.from >= start.from && (!end || token.from < end.from))
      .map((token) => token.text);
    return piece.join("").trim();
  };
  const places = comparisons(solid);
  const words = solid.map((token) => (token.is === "word" ? token.text : token.is === "name" ? `.${token.text}` : ""));
  const none = places.length === 0;
  if (none && first.is === "word" && first.text === "not")
    return operand(solid.slice(1)) ? { left: text(1), is: "fails", right: "" } : undefined;
  if (none) {
    const at = words.indexOf("is");
    if (at < 0) return operand(solid) ? { left: text(0), is: "holds", right: "" } : undefined;
    const rest = words.slice(at + 1).join(" ");
    const is = rest === ".defined" ? "defined" : rest === "not .defined" ? "undefined" : undefined;
    return is && operand(solid.slice(0, at)) ? { left: text(0, at), is, right: "" } : undefined;
  }
  const [place] = places;
  if (places.length !== 1 || !place) return undefined;
  const before = solid.slice(0, place.at);
  const after = solid.slice(place.at + place.width);
  if (!operand(before) || !operand(after)) return undefined;
  const left = text(0, place.at);
  const right = text(place.at + place.width);
  // `"a" in list` reads as the list that has it.
  const turned = (place.is === "in" || place.is === "not in") && constant(before) && !constant(after);
  if (turned) return { left: right, is: place.is === "in" ? "contains" : "lacks", right: left };
  return { left, is: place.is, right };
}

function comparisons(solid: readonly Token[]): { at: number; width: number; is: Comparison }[] {
  const found: { at: number; width: number; is: Comparison }[] = [];
  let depth = 0;
  for (const [at, token] of solid.entries()) {
    if (token.is === "sign") depth += /[([{]/.test(token.text) ? 1 : /[)\]}]/.test(token.text) ? -1 : 0;
    if (depth !== 0) continue;
    if (token.is === "sign" && /^(==|!=|<=?|>=?)$/.test(token.text))
      found.push({ at, width: 1, is: token.text as Comparison });
    if (token.is !== "word" || token.text !== "in") continue;
    const before = solid[at - 1];
    const negated = before?.is === "word" && before.text === "not";
    found.push(negated ? { at: at - 1, width: 2, is: "not in" } : { at, width: 1, is: "in" });
  }
  return found;
}

/** One side: no words that would join or turn it. */
function operand(side: readonly Token[]): boolean {
  let depth = 0;
  for (const token of side) {
    if (token.is === "sign") depth += /[([{]/.test(token.text) ? 1 : /[)\]}]/.test(token.text) ? -1 : 0;
    if (depth === 0 && token.is === "word" && /^(and|or|not|in|is)$/.test(token.text)) return false;
    if (depth === 0 && token.is === "sign" && token.text === "=") return false;
  }
  return side.length > 0 && depth === 0;
}

function constant(side: readonly Token[]): boolean {
  return side.length === 1 && (side[0]?.is === "text" || side[0]?.is === "number");
}

/** What a side is, if it is written out; else it is worked out. */
export function literal(side: string): { is: "text" | "number" | "truth" | "nothing" | "worked"; text: string } {
  const solid = tokens(side.trim());
  const [only] = solid;
  if (solid.length === 1 && only) {
    if (only.is === "text") return { is: "text", text: unquoted(only.text) };
    if (only.is === "number") return { is: "number", text: only.text };
    if (/^(true|false)$/i.test(only.text)) return { is: "truth", text: only.text.toLowerCase() };
    if (/^none$/i.test(only.text)) return { is: "nothing", text: "" };
  }
  if (/^-\s*\d+(\.\d+)?$/.test(side.trim())) return { is: "number", text: side.trim() };
  return { is: "worked", text: side };
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}

function unquoted(text: string): string {
  const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
  return text
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, code: string | undefined, sign: string) =>
      code ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[sign] ?? sign),
    );
}
