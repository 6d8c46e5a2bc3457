import type { Platform } from "../api";
import { parts } from "./expr";

/**
 * Marked-up texts in the editor: how they look, and how marks are put in. What counts when a message is sent is `flow::markup` in Rust;
 * this one is forgiving, since a text is half-written most of the time.
 */

export type Notation = "plain" | "markdown" | "html" | "discord";
export type Style =
  | "bold"
  | "italic"
  | "underline"
  | "strike"
  | "spoiler"
  | "code"
  | "pre"
  | "link"
  | "quote"
  | "heading"
  | "small"
  | "hole";
/** A run of text with all styles that lie on it. */
export type Styled = { text: string; styles: readonly Style[]; url?: string };

/** Discord reads its own markup whatever the node says. */
export function notationOf(format: string, platform: Platform): Notation {
  if (platform === "discord") return "discord";
  return format === "markdown" || format === "html" ? format : "plain";
}

type Pair = { open: string; close: string; style: Style; verbatim?: boolean };

const PAIRS: Record<Notation, readonly Pair[]> = {
  plain: [],
  markdown: [
    { open: "```", close: "```", style: "pre", verbatim: true },
    { open: "`", close: "`", style: "code", verbatim: true },
    { open: "||", close: "||", style: "spoiler" },
    { open: "__", close: "__", style: "underline" },
    { open: "_", close: "_", style: "italic" },
    { open: "*", close: "*", style: "bold" },
    { open: "~", close: "~", style: "strike" },
  ],
  html: [
    ...(
      [
        ["b", "bold"],
        ["strong", "bold"],
        ["i", "italic"],
        ["em", "italic"],
        ["u", "underline"],
        ["ins", "underline"],
        ["s", "strike"],
        ["strike", "strike"],
        ["del", "strike"],
        ["tg-spoiler", "spoiler"],
        ["code", "code"],
        ["pre", "pre"],
        ["blockquote", "quote"],
      ] as [string, Style][]
    ).map(([tag, style]) => ({ open: `<${tag}>`, close: `</${tag}>`, style })),
  ],
  discord: [
    { open: "```", close: "```", style: "pre", verbatim: true },
    { open: "`", close: "`", style: "code", verbatim: true },
    { open: "**", close: "**", style: "bold" },
    { open: "__", close: "__", style: "underline" },
    { open: "~~", close: "~~", style: "strike" },
    { open: "||", close: "||", style: "spoiler" },
    { open: "*", close: "*", style: "italic" },
    { open: "_", close: "_", style: "italic" },
  ],
};

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"' };
const DEEPEST = 12;

export function styled(text: string, notation: Notation): Styled[] {
  const found: Styled[] = [];
  const put = (text: string, styles: readonly Style[], url?: string) => {
    if (text === "") return;
    const last = found.at(-1);
    if (last && last.url === url && last.styles.join() === styles.join() && !styles.includes("hole")) last.text += text;
    else found.push({ text, styles, ...(url === undefined ? {} : { url }) });
  };
  const holes = parts(text).filter((part) => part.is !== "text");

  const walk = (from: number, to: number, styles: readonly Style[], url?: string): void => {
    let at = from;
    while (at < to) {
      const hole = holes.find((one) => one.from === at);
      if (hole) {
        const end = Math.min(hole.to, to);
        if (hole.is === "hole") put(text.slice(at, end), [...styles, "hole"], url);
        at = end;
        continue;
      }
      const next = (styles.length < DEEPEST && mark(at, to, styles, url)) || undefined;
      if (next !== undefined) {
        at = next;
        continue;
      }
      put(text[at] ?? "", styles, url);
      at += 1;
    }
  };

  const mark = (at: number, to: number, styles: readonly Style[], url?: string): number | undefined => {
    if (notation === "plain") return undefined;
    const rest = text.slice(at, to);
    if (notation === "html") {
      const entity = /^&(lt|gt|amp|quot|#\d{1,7});/.exec(rest);
      if (entity) {
        const name = entity[1] ?? "";
        put(
          name.startsWith("#")
            ? String.fromCodePoint(Math.min(Number(name.slice(1)), 0x10ffff))
            : (ENTITIES[name] ?? ""),
          styles,
          url,
        );
        return at + entity[0].length;
      }
      const link = /^<a\s+href="([^"]*)">/.exec(rest);
      const end = link ? rest.indexOf("</a>") : -1;
      if (link && end > 0) {
        walk(at + link[0].length, at + end, [...styles, "link"], link[1]);
        return at + end + 4;
      }
      const block = /^<(pre|blockquote)[^>]*>(?:<code[^>]*>)?/.exec(rest);
      const close = block ? rest.indexOf(`</${block[1]}>`) : -1;
      if (block && close > 0) {
        const inner = rest.slice(0, close).replace(/<\/code>$/, "").length;
        walk(at + block[0].length, at + inner, [...styles, block[1] === "pre" ? "pre" : "quote"], url);
        return at + close + `</${block[1]}>`.length;
      }
    } else {
      if (rest[0] === "\\" && rest.length > 1 && /[!-/:-@[-`{-~]/.test(rest[1] ?? "")) {
        put(rest[1] ?? "", styles, url);
        return at + 2;
      }
      const link = /^\[([^\]\n]+)\]\(([^)\s]+)\)/.exec(rest);
      if (link) {
        walk(at + 1, at + 1 + (link[1] ?? "").length, [...styles, "link"], link[2]);
        return at + link[0].length;
      }
      const line = at === 0 || text[at - 1] === "\n";
      const lead = line
        ? notation === "discord"
          ? /^(#{1,3} |-# |> )(?=\S)/.exec(rest)
          : /^(>)(?=.)/.exec(rest)
        : null;
      if (lead) {
        const end = rest.indexOf("\n") < 0 ? to : at + rest.indexOf("\n");
        const style = lead[0].startsWith("#") ? "heading" : lead[0].startsWith("-") ? "small" : "quote";
        walk(at + lead[0].length, end, [...styles, style], url);
        return end;
      }
    }
    for (const pair of PAIRS[notation]) {
      if (!rest.startsWith(pair.open)) continue;
      const start = at + pair.open.length;
      const end = closing(start, to, pair.close);
      if (end === undefined || end === start) continue;
      if (pair.verbatim) {
        const inner = text.slice(start, end);
        const code = pair.style === "pre" ? inner.replace(/^[\w+-]*\n/, "").replace(/\n$/, "") : inner;
        put(code, [...styles, pair.style], url);
      } else walk(start, end, [...styles, pair.style], url);
      return end + pair.close.length;
    }
    return undefined;
  };

  const closing = (from: number, to: number, close: string): number | undefined => {
    for (let at = from; at < to; at++) {
      const hole = holes.find((one) => one.from === at);
      if (hole) at = hole.to - 1;
      else if (text[at] === "\\" && notation !== "html") at += 1;
      else if (text.startsWith(close, at)) return at;
    }
    return undefined;
  };

  walk(0, text.length, []);
  return found;
}

/** The text that people see, as far as it is known before its holes are filled. */
export function visible(text: string, notation: Notation): string {
  return styled(text, notation)
    .filter((piece) => !piece.styles.includes("hole"))
    .map((piece) => piece.text)
    .join("");
}

/** How long a platform takes a text to be: Discord counts what is written, Telegram what is seen. */
export function lengthOn(text: string, notation: Notation): number {
  const holes = parts(text).filter((part) => part.is !== "text");
  const written = () => {
    let rest = "";
    let at = 0;
    for (const hole of holes) {
      rest += text.slice(at, hole.from);
      at = hole.to;
    }
    return rest + text.slice(at);
  };
  return [...(notation === "discord" ? written() : visible(text, notation)).trim()].length;
}

export type Mark = "bold" | "italic" | "underline" | "strike" | "spoiler" | "code" | "link" | "quote";
export const MARKS: readonly Mark[] = ["bold", "italic", "underline", "strike", "code", "link", "quote", "spoiler"];

/** What is put around what is selected. */
export function around(mark: Mark, notation: Notation): { before: string; after: string } {
  if (notation === "html") {
    if (mark === "link") return { before: '<a href="https://">', after: "</a>" };
    const tag = {
      bold: "b",
      italic: "i",
      underline: "u",
      strike: "s",
      spoiler: "tg-spoiler",
      code: "code",
      quote: "blockquote",
    }[mark];
    return { before: `<${tag}>`, after: `</${tag}>` };
  }
  if (mark === "link") return { before: "[", after: "](https://)" };
  if (mark === "quote") return { before: notation === "discord" ? "> " : ">", after: "" };
  if (mark === "code") return { before: "`", after: "`" };
  if (mark === "spoiler") return { before: "||", after: "||" };
  if (mark === "underline") return { before: "__", after: "__" };
  const sign =
    notation === "discord"
      ? { bold: "**", italic: "*", strike: "~~" }[mark]
      : { bold: "*", italic: "_", strike: "~" }[mark];
  return { before: sign, after: sign };
}

export type Marking = { text: string; from: number; to: number };

/** A text with a mark put around a part of it, or taken away where it is there already. */
export function toggled(text: string, from: number, to: number, mark: Mark, notation: Notation): Marking {
  const { before, after } = around(mark, notation);
  if (mark === "quote" && notation !== "html") {
    const start = text.lastIndexOf("\n", from - 1) + 1;
    const lines = text.slice(start, to).split("\n");
    const quoted = lines.every((line) => line.startsWith(before))
      ? lines.map((line) => line.slice(before.length))
      : lines.map((line) => before + line);
    const changed = quoted.join("\n");
    return { text: text.slice(0, start) + changed + text.slice(to), from: start, to: start + changed.length };
  }
  const outside = text.slice(from - before.length, from) === before && text.slice(to, to + after.length) === after;
  // `*` inside of `**` is another mark.
  const longer = after !== "" && text[from - before.length - 1] === before[0] && before.length === 1;
  if (outside && !longer)
    return {
      text: text.slice(0, from - before.length) + text.slice(from, to) + text.slice(to + after.length),
      from: from - before.length,
      to: to - before.length,
    };
  const selected = text.slice(from, to);
  const whole = text.slice(0, from) + before + selected + after + text.slice(to);
  if (mark !== "link") return { text: whole, from: from + before.length, to: to + before.length };
  // The address is what is still to be written.
  const address = from + (before + selected + after).indexOf("https://");
  return { text: whole, from: address, to: address + "https://".length };
}

const RESERVED = /[_*[\]()~`>#+\-=|{}.!\\]/g;

/** A plain text so that it looks the same where markup is read; its holes stay. */
export function escaped(text: string, notation: Notation): string {
  if (notation === "plain" || notation === "discord") return text;
  return parts(text)
    .map((part) => {
      const piece = text.slice(part.from, part.to);
      if (part.is !== "text") return piece;
      return notation === "html"
        ? piece.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
        : piece.replace(RESERVED, "\\$&");
    })
    .join("");
}
