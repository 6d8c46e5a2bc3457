import { type Ref, useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import type { Name, Values } from "../flow";
import type { CodeEditor, Language, Wrong } from "./code/editor";
import { cx } from "./cx";
import { TextArea, TextInput } from "./inputs";

export type { Language, Wrong } from "./code/editor";

/** What a toolbar does to the text under the caret. */
export type CodeHandle = {
  text: string;
  selection: { from: number; to: number };
  put(text: string, select: { from: number; to: number }): void;
  insert(text: string): void;
  focus(): void;
};

type Module = typeof import("./code/editor");
let loaded: Module | undefined;
let loading: Promise<Module> | undefined;

/** The editor is large, so it comes after the first view. */
export function loadCode(): Promise<Module> {
  loading ??= import("./code/editor").then((module) => {
    loaded = module;
    return module;
  });
  return loading;
}

type Props = {
  id?: string | undefined;
  label: string;
  describedBy?: string | undefined;
  value: string;
  language: Language;
  oneLine?: boolean;
  mono?: boolean;
  numbered?: boolean;
  least?: number;
  most?: number;
  /** As tall as what it stands in. */
  fill?: boolean;
  placeholder?: string | undefined;
  readOnly?: boolean | undefined;
  invalid?: boolean | undefined;
  keys?: Record<string, () => void>;
  names?: () => readonly Name[];
  values?: Values | undefined;
  wrongs?: readonly Wrong[];
  onChange(text: string): void;
  onFocus?(): void;
  onBlur?(): void;
  onEnter?(): void;
  ref?: Ref<CodeHandle>;
};

/** A text field that knows a language. Until the editor has come it is a plain one, with the same name and the same text. */
export function CodeField(props: Props) {
  const [ready, setReady] = useState(loaded !== undefined);
  const own = useId();
  const id = props.id ?? own;
  const plain = useRef<HTMLElement | null>(null);
  const waiting = useRef(false);
  useEffect(() => {
    if (loaded) return;
    let here = true;
    loadCode().then(
      () => {
        // Never under somebody's hands.
        if (here && plain.current?.contains(document.activeElement)) waiting.current = true;
        else if (here) setReady(true);
      },
      // The plain field does as well.
      () => {},
    );
    return () => {
      here = false;
    };
  }, []);
  const { onChange } = props;
  useImperativeHandle(ready ? undefined : props.ref, () => {
    const field = () => plain.current?.querySelector<HTMLTextAreaElement | HTMLInputElement>("textarea, input");
    const selection = () => ({ from: field()?.selectionStart ?? 0, to: field()?.selectionEnd ?? 0 });
    return {
      get text() {
        return field()?.value ?? "";
      },
      get selection() {
        return selection();
      },
      put: (text) => onChange(text),
      insert: (text) => {
        const { from, to } = selection();
        const now = field()?.value ?? "";
        onChange(now.slice(0, from) + text + now.slice(to));
      },
      focus: () => field()?.focus(),
    };
  }, [onChange]);
  if (ready && loaded) return <Rich {...props} id={id} module={loaded} />;
  const shared = {
    id,
    "aria-label": props.label,
    "aria-describedby": props.describedBy,
    mono: props.mono ?? true,
    value: props.value,
    placeholder: props.placeholder ?? "",
    readOnly: props.readOnly,
    "aria-invalid": props.invalid,
    onFocus: props.onFocus,
    onBlur: () => {
      props.onBlur?.();
      if (waiting.current) setReady(true);
    },
  };
  const field = props.oneLine ? (
    <TextInput {...shared} onChange={(event) => props.onChange(event.target.value)} />
  ) : (
    <TextArea
      {...shared}
      least={props.least ?? 1}
      most={props.most ?? 8}
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
  return (
    <div
      ref={(box) => {
        plain.current = box;
      }}
      className={props.fill ? "min-h-0 flex-1" : "min-w-0"}
    >
      {field}
    </div>
  );
}

type RichProps = Props & { id: string; module: Module };

function Rich(props: RichProps) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const { language, id, label, oneLine, numbered } = props;

  useLayoutEffect(() => {
    const parent = box.current;
    if (!parent) return;
    const made = new props.module.CodeEditor(
      parent,
      {
        text: latest.current.value,
        language,
        id,
        label,
        describedBy: latest.current.describedBy,
        oneLine: oneLine ?? false,
        numbered: numbered ?? false,
        placeholder: latest.current.placeholder ?? "",
        keys: Object.fromEntries(
          Object.keys(latest.current.keys ?? {}).map((key) => [key, () => latest.current.keys?.[key]?.()]),
        ),
        names: () => latest.current.names?.() ?? [],
        values: (path) => latest.current.values?.(path),
        changed: (text) => latest.current.onChange(text),
        focused: () => latest.current.onFocus?.(),
        left: () => latest.current.onBlur?.(),
        entered: () => latest.current.onEnter?.(),
      },
      latest.current.readOnly ?? false,
    );
    editor.current = made;
    return () => {
      editor.current = undefined;
      made.destroy();
    };
  }, [props.module, language, id, label, oneLine, numbered]);

  useLayoutEffect(() => editor.current?.show(props.value), [props.value]);
  useEffect(() => editor.current?.lock(props.readOnly ?? false), [props.readOnly]);
  const wrongs = JSON.stringify(props.wrongs ?? []);
  useEffect(() => editor.current?.wrongs(JSON.parse(wrongs)), [wrongs]);

  useImperativeHandle(
    props.ref,
    () => ({
      get text() {
        return editor.current?.text ?? latest.current.value;
      },
      get selection() {
        return editor.current?.selection ?? { from: 0, to: 0 };
      },
      put: (text, select) => editor.current?.put(text, select),
      insert: (text) => editor.current?.insert(text),
      focus: () => editor.current?.focus(),
    }),
    [],
  );

  return (
    <div
      ref={box}
      className={cx(
        "nx-code w-full min-w-0 overflow-hidden rounded-md border border-line bg-sunken text-sm text-ink transition-[border-color,background-color] focus-within:border-accent focus-within:bg-raised focus-within:outline-1 focus-within:-outline-offset-1 focus-within:outline-accent hover:border-line-strong",
        props.invalid && "border-error!",
        (props.mono ?? true) && "font-mono text-[12px]!",
        props.fill && "nx-code-fill min-h-0 flex-1",
      )}
      style={
        props.fill
          ? undefined
          : {
              ["--least" as string]: `${(props.oneLine ? 1 : (props.least ?? 1)) * 18 + 8}px`,
              ["--most" as string]: `${(props.oneLine ? 4 : (props.most ?? 8)) * 18 + 8}px`,
            }
      }
    />
  );
}
