import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
} from "@codemirror/autocomplete";
import { defaultKeymap, insertNewlineAndIndent } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, forceLinting, linter, setDiagnostics } from "@codemirror/lint";
import { Annotation, Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, lineNumbers, placeholder, tooltips } from "@codemirror/view";
import { inside, type Name, parts, plain, type Values } from "../../flow";
import { FILTERS } from "../../flow/filters";
import { suggestions } from "../../flow/suggest";
import { t } from "../../words";
import { type Language, languageOf } from "./languages";

export type { Language } from "./languages";

/** Something that is wrong in a part of the text. */
export type Wrong = { from: number; to: number; severity: "error" | "warning" | "hint"; message: string };

export type Setup = {
  text: string;
  language: Language;
  id?: string | undefined;
  label: string;
  describedBy?: string | undefined;
  oneLine: boolean;
  numbered: boolean;
  placeholder: string;
  /** Keys of its own, as CodeMirror writes them. */
  keys: Record<string, () => void>;
  names(): readonly Name[];
  values?: Values | undefined;
  changed(text: string): void;
  focused(): void;
  left(): void;
  entered(): void;
};

/** The text came from outside: nobody is told of it. */
const Given = Annotation.define<boolean>();

export class CodeEditor {
  private readonly view: EditorView;
  private readonly locked = new Compartment();

  constructor(
    parent: HTMLElement,
    private readonly setup: Setup,
    readOnly: boolean,
  ) {
    this.view = new EditorView({
      parent,
      state: EditorState.create({ doc: setup.text, extensions: [this.extensions(), this.locked.of(lock(readOnly))] }),
    });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  get selection(): { from: number; to: number } {
    const { from, to } = this.view.state.selection.main;
    return { from, to };
  }

  /** Only what differs is replaced, so that the caret stays where it is. */
  show(text: string): void {
    const now = this.text;
    if (now === text) return;
    let from = 0;
    while (from < now.length && from < text.length && now[from] === text[from]) from++;
    let end = 0;
    while (end < now.length - from && end < text.length - from && now.at(-1 - end) === text.at(-1 - end)) end++;
    this.view.dispatch({
      changes: { from, to: now.length - end, insert: text.slice(from, text.length - end) },
      annotations: Given.of(true),
    });
  }

  /** As if the person had typed it. */
  put(text: string, select: { from: number; to: number }): void {
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: text },
      selection: { anchor: select.from, head: select.to },
      userEvent: "input",
    });
    this.view.focus();
  }

  insert(text: string): void {
    this.view.dispatch(this.view.state.replaceSelection(text), { userEvent: "input" });
    this.view.focus();
  }

  lock(readOnly: boolean): void {
    this.view.dispatch({ effects: this.locked.reconfigure(lock(readOnly)) });
  }

  wrongs(wrongs: readonly Wrong[]): void {
    const length = this.view.state.doc.length;
    const shown = wrongs.map(
      (wrong): Diagnostic => ({
        from: Math.min(wrong.from, length),
        to: Math.min(Math.max(wrong.to, wrong.from), length),
        severity: wrong.severity,
        message: plain(wrong.message),
      }),
    );
    this.view.dispatch(setDiagnostics(this.view.state, shown));
    forceLinting(this.view);
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }

  private extensions(): Extension {
    const { setup } = this;
    const named = setup.language === "expression" || setup.language === "template";
    return [
      languageOf(setup.language),
      EditorView.contentAttributes.of({
        "aria-label": setup.label,
        ...(setup.id ? { id: setup.id } : {}),
        ...(setup.describedBy ? { "aria-describedby": setup.describedBy } : {}),
        ...(setup.oneLine ? { "aria-multiline": "false" } : {}),
        spellcheck: setup.language === "template" || setup.language === "text" ? "true" : "false",
      }),
      EditorView.lineWrapping,
      placeholder(setup.placeholder),
      tooltips({ parent: document.body, position: "fixed" }),
      setup.language === "template" || setup.language === "text" ? [] : [bracketMatching(), closeBrackets()],
      setup.numbered ? [lineNumbers(), indentOnInput()] : [],
      setup.oneLine ? oneLine : [],
      named
        ? [
            autocompletion({
              override: [(context) => completions(context, setup)],
              icons: false,
              defaultKeymap: false,
            }),
            hovers(setup),
          ]
        : [],
      // The places are the studio's; nothing is looked at here.
      linter(null),
      Prec.high(
        keymap.of([
          ...Object.entries(setup.keys).map(([key, run]) => ({
            key,
            run: () => {
              run();
              return true;
            },
          })),
          ...(setup.oneLine
            ? [
                {
                  key: "Enter",
                  run: () => {
                    setup.entered();
                    return true;
                  },
                },
              ]
            : []),
        ]),
      ),
      keymap.of([
        // Escape closes what is shown; what is only being looked for must not keep the person here.
        {
          key: "Escape",
          run: (view) => {
            const shown = completionStatus(view.state) === "active";
            closeCompletion(view);
            return shown;
          },
        },
        ...completionKeymap.filter((binding) => binding.key !== "Escape"),
        ...closeBracketsKeymap,
        { key: "Enter", run: insertNewlineAndIndent },
        // What moves whole lines or leaves the text is the window's.
        ...defaultKeymap.filter((binding) => !/^(Escape|Mod-Enter|Alt-Arrow|Ctrl-k|Ctrl-Alt)/.test(binding.key ?? "")),
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !update.transactions.some((one) => one.annotation(Given)))
          setup.changed(update.state.doc.toString());
        if (update.focusChanged) (update.view.hasFocus ? setup.focused : setup.left)();
      }),
      look,
    ];
  }
}

const lock = (readOnly: boolean): Extension => [EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly)];

/** What is pasted with line breaks becomes one line. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (transaction.newDoc.lines <= 1 || transaction.annotation(Given)) return transaction;
  const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, " ");
  return {
    changes: { from: 0, to: transaction.startState.doc.length, insert: text },
    selection: { anchor: Math.min(transaction.newSelection.main.head, text.length) },
  };
});

/** The expression around a place: the whole text, or the inside of a hole. */
function expressionAt(text: string, at: number, language: Language): { from: number; to: number } | undefined {
  if (language === "expression") return { from: 0, to: text.length };
  for (const part of parts(text)) {
    if (part.is !== "hole" && part.is !== "tag") continue;
    const span = inside(text, part);
    if (at >= span.from && at <= span.to) return span;
  }
  return undefined;
}

function completions(context: CompletionContext, setup: Setup): CompletionResult | null {
  const text = context.state.doc.toString();
  const span = expressionAt(text, context.pos, setup.language);
  if (!span) return null;
  const found = suggestions(text.slice(span.from, context.pos), setup.names(), context.explicit);
  if (!found) return null;
  return {
    from: span.from + found.from,
    validFor: /^[\w.]*$/,
    options: found.list.map((one, at) => {
      const value = one.from === "name" ? setup.values?.(one.label) : undefined;
      const filter = one.from === "filter" ? FILTERS[at] : undefined;
      return {
        label: one.label,
        type: one.from,
        boost: -at / 100,
        detail: value === undefined ? (one.from === "filter" ? "" : one.about) : plain(value),
        ...(filter ? { info: () => filterDocs(filter.name) } : {}),
      };
    }),
  };
}

function hovers(setup: Setup): Extension {
  return hoverTooltip((view, at) => {
    const text = view.state.doc.toString();
    const span = expressionAt(text, at, setup.language);
    if (!span) return null;
    const word = [...text.slice(span.from, span.to).matchAll(/[A-Za-z_]\w*(?:\.\w+)*/g)].find(
      (match) => span.from + match.index <= at && at <= span.from + match.index + match[0].length,
    );
    if (!word) return null;
    const from = span.from + word.index;
    const isFilter = /\|\s*$/.test(text.slice(span.from, from));
    const name = isFilter ? undefined : setup.names().find((one) => one.path === word[0]);
    const value = name && setup.values?.(name.path);
    const dom = isFilter
      ? filterDocs(word[0])
      : name && described(name.path, name.about, value === undefined ? "" : plain(value));
    return dom ? { pos: from, end: from + word[0].length, create: () => ({ dom }) } : null;
  });
}

function filterDocs(name: string): HTMLElement | null {
  const filter = FILTERS.find((one) => one.name === name);
  return filter ? described(filter.usage, filter.help.replaceAll("`", ""), t("{example} gives {gives}", filter)) : null;
}

function described(title: string, ...lines: string[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "code-docs";
  for (const [at, line] of [title, ...lines].filter(Boolean).entries()) {
    const one = document.createElement(at === 0 ? "code" : "p");
    one.textContent = line;
    box.append(one);
  }
  return box;
}

const look = EditorView.theme({
  "&": { background: "transparent", color: "var(--ink)", fontSize: "inherit" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "18px", overflow: "auto" },
  ".cm-content": { padding: "4px 0", caretColor: "var(--ink)", outline: "none !important" },
  ".cm-line": { padding: "0 8px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-placeholder": { color: "var(--ink-3)" },
  ".cm-gutters": { background: "transparent", border: "none", color: "var(--ink-3)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 2px 0 6px", minWidth: "22px" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--press)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--error) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--warning) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-hint": {
    backgroundImage: "none",
    textDecoration: "underline dotted var(--ink-3) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintPoint:after": { borderBottomColor: "var(--error)" },
  ".cm-tooltip": {
    background: "var(--raised)",
    color: "var(--ink)",
    border: "none",
    borderRadius: "8px",
    boxShadow: "var(--shadow-float)",
    fontFamily: "var(--font-sans)",
    fontSize: "13px",
    zIndex: "60",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)",
    fontSize: "12px",
    padding: "4px",
    maxHeight: "14em",
    minWidth: "180px",
    maxWidth: "340px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    padding: "3px 8px",
    borderRadius: "5px",
    display: "flex",
    gap: "12px",
    alignItems: "baseline",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--hover)", color: "var(--ink)" },
  ".cm-completionLabel": { flex: "1", overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent-ink)", fontWeight: "600" },
  ".cm-completionDetail": {
    marginLeft: "auto",
    fontFamily: "var(--font-sans)",
    fontStyle: "normal",
    fontSize: "11px",
    color: "var(--ink-3)",
    overflow: "hidden",
    textOverflow: "ellipsis",
  },
  ".cm-tooltip.cm-completionInfo": { padding: "0", maxWidth: "320px" },
  ".code-docs": { padding: "8px 10px", maxWidth: "320px", lineHeight: "18px" },
  ".code-docs code": { fontFamily: "var(--font-mono)", fontSize: "12px", overflowWrap: "anywhere" },
  ".code-docs p": { color: "var(--ink-2)", marginTop: "4px", overflowWrap: "anywhere" },
  ".cm-diagnostic": { borderLeft: "none", padding: "6px 10px", maxWidth: "320px", userSelect: "text" },
  ".cm-diagnostic-error": { color: "var(--error)" },
  ".cm-diagnostic-warning": { color: "var(--warning)" },
});
