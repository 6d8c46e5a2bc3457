/** Expressions and texts with `{{ … }}` in pieces: for colours, for completion, for the rows of a condition. */

export type Token = {
  is: "space" | "name" | "word" | "text" | "number" | "sign" | "bad";
  text: string;
  from: number;
};

/** Words of the language; a name after a dot is never one. */
const WORDS = new Set(["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"]);
const PIECE =
  /(\s+)|([A-Za-z_]\w*)|("(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(==|!=|<=|>=|\/\/|\*\*|[-+*/%~<>|.,:()[\]{}=])|([\s\S])/y;

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  PIECE.lastIndex = 0;
  let afterDot = false;
  for (;;) {
    const from = PIECE.lastIndex;
    const match = from < text.length ? PIECE.exec(text) : null;
    if (!match) return found;
    const [piece, space, name, quoted, number, sign] = match;
    const is =
      space !== undefined
        ? "space"
        : name !== undefined
          ? !afterDot && WORDS.has(name)
            ? "word"
            : "name"
          : quoted !== undefined
            ? "text"
            : number !== undefined
              ? "number"
              : sign !== undefined
                ? "sign"
                : "bad";
    if (is !== "space") afterDot = piece === ".";
    found.push({ is, text: piece, from });
  }
}

export type Part = { is: "text" | "hole" | "tag" | "comment"; from: number; to: number };

/** A text cut where `{{ … }}`, `{% … %}` and `{# … #}` begin and end; one that never ends goes to the end. */
export function parts(text: string): Part[] {
  const found: Part[] = [];
  let at = 0;
  while (at < text.length) {
    const open = /\{[{%#]/g;
    open.lastIndex = at;
    const start = open.exec(text)?.index ?? text.length;
    if (start > at) found.push({ is: "text", from: at, to: start });
    if (start >= text.length) break;
    const mark = text[start + 1];
    const is = mark === "{" ? "hole" : mark === "%" ? "tag" : "comment";
    const close = text.indexOf(mark === "{" ? "}}" : mark === "%" ? "%}" : "#}", start + 2);
    const to = close < 0 ? text.length : close + 2;
    found.push({ is, from: start, to });
    at = to;
  }
  return found;
}

/** What is between the braces of a hole. */
export function inside(text: string, part: Part): { from: number; to: number } {
  const whole = text.slice(part.from, part.to);
  const lead = /^\{[{%#]-?/.exec(whole)?.[0].length ?? 2;
  const trail = /-?[}%#]\}$/.exec(whole)?.[0].length ?? 0;
  return { from: part.from + lead, to: Math.max(part.from + lead, part.to - trail) };
}

/** A text as the studio counts it, in bytes, to where the window counts. */
export function unitsAt(text: string, byte: number): number {
  let bytes = 0;
  let units = 0;
  for (const sign of text) {
    if (bytes >= byte) break;
    const code = sign.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    units += sign.length;
  }
  return units;
}
