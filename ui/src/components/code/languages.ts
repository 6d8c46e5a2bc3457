import { json } from "@codemirror/lang-json";
import { HighlightStyle, StreamLanguage, type StreamParser, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";
import { tokens } from "../../flow";

export type Language = "expression" | "template" | "json" | "text" | "javascript" | "jq" | "sql" | "graphql";

/** One token is looked at with no more of its line than this, so that long lines stay quick. */
const LONGEST = 300;

/** One line of an expression, in the colours of its tokens. */
function expressionToken(text: string, from: number): { length: number; style: string | null } {
  const [first, ...rest] = tokens(text.slice(from, from + LONGEST));
  if (!first) return { length: 1, style: null };
  const before = text.slice(Math.max(0, from - LONGEST), from).trimEnd();
  const style = {
    space: null,
    name: before.endsWith("|") ? "function" : before.endsWith(".") || rest[0]?.text === "." ? "propertyName" : "name",
    word: "keyword",
    text: "string",
    number: "number",
    sign: "operator",
    bad: "invalid",
  }[first.is];
  return { length: first.text.length, style };
}

const expression: StreamParser<null> = {
  startState: () => null,
  token(stream) {
    const { length, style } = expressionToken(stream.string, stream.pos);
    stream.pos += length;
    return style;
  },
};

const TAG = /^(if|elif|else|endif|for|endfor|set|with|endwith)$/;

type InTemplate = { inside: "" | "}}" | "%}" | "#}" };

const template: StreamParser<InTemplate> = {
  startState: () => ({ inside: "" }),
  copyState: (state) => ({ ...state }),
  token(stream, state) {
    if (state.inside === "") {
      const open = /^\{([{%#])-?/.exec(stream.string.slice(stream.pos));
      if (open) {
        state.inside = open[1] === "{" ? "}}" : open[1] === "%" ? "%}" : "#}";
        stream.pos += open[0].length;
        return "brace";
      }
      const next = stream.string.slice(stream.pos + 1).search(/\{[{%#]/);
      stream.pos = next < 0 ? stream.string.length : stream.pos + 1 + next;
      return null;
    }
    if (stream.string.startsWith(state.inside, stream.pos)) {
      stream.pos += 2;
      state.inside = "";
      return "brace";
    }
    if (state.inside === "#}") {
      const end = stream.string.indexOf("#}", stream.pos);
      stream.pos = end < 0 ? stream.string.length : end;
      return "comment";
    }
    const { length, style } = expressionToken(stream.string, stream.pos);
    stream.pos += length;
    const word = stream.string.slice(stream.pos - length, stream.pos);
    return state.inside === "%}" && TAG.test(word) ? "keyword" : style;
  },
};

const KEYWORDS: Partial<Record<Language, string>> = {
  javascript:
    "const let var function return if else for while do break continue switch case default new of in typeof instanceof try catch finally throw class extends async await true false null undefined this",
  jq: "def if then elif else end as reduce foreach try catch label import include and or not select map keys values length true false null",
  sql: "select from where and or not insert into values update set delete create table if exists primary key join left right inner outer on group by order having limit offset as distinct null is in like between union all case when then else end returning integer text real",
  graphql: "query mutation subscription fragment on true false null",
};
const COMMENT: Partial<Record<Language, RegExp>> = { javascript: /^\/\/.*/, jq: /^#.*/, sql: /^--.*/, graphql: /^#.*/ };

/** Enough of a language to read it by its colours. */
function plainLanguage(language: Language): StreamParser<null> {
  const words = new Set(KEYWORDS[language]?.split(" "));
  const insensitive = language === "sql";
  return {
    startState: () => null,
    token(stream) {
      const rest = stream.string.slice(stream.pos);
      const comment = COMMENT[language]?.exec(rest);
      if (comment) {
        stream.pos += comment[0].length;
        return "comment";
      }
      const piece =
        /^(?:(\s+)|("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?)|(\d+(?:\.\d+)?)|([$.]?[A-Za-z_]\w*)|(.))/.exec(
          rest,
        );
      if (!piece) {
        stream.next();
        return null;
      }
      stream.pos += piece[0].length;
      if (piece[2]) return "string";
      if (piece[3]) return "number";
      const word = piece[4];
      if (word)
        return words.has(insensitive ? word.toLowerCase() : word)
          ? "keyword"
          : /^[$.]/.test(word)
            ? "propertyName"
            : "name";
      return piece[5] ? "operator" : null;
    },
  };
}

const style = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-word)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.function(tags.name), tags.standard(tags.name)], color: "var(--code-call)" },
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.name, color: "var(--code-name)" },
  { tag: tags.brace, color: "var(--accent-ink)", fontWeight: "600" },
  { tag: [tags.operator, tags.punctuation], color: "var(--ink-3)" },
  { tag: tags.comment, color: "var(--ink-3)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--error)" },
]);

const TABLE = { tokenTable: { function: tags.function(tags.name) } };

export function languageOf(language: Language): Extension {
  const grammar =
    language === "json"
      ? json()
      : language === "expression"
        ? StreamLanguage.define({ ...expression, ...TABLE })
        : language === "template"
          ? StreamLanguage.define({ ...template, ...TABLE })
          : language === "text"
            ? []
            : StreamLanguage.define({ ...plainLanguage(language), ...TABLE });
  return [grammar, syntaxHighlighting(style)];
}
