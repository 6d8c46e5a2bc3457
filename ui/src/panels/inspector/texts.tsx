import { useRef, useState } from "react";
import { CodeField, type CodeHandle, cx, useDraft } from "../../components";
import { isTable, lengthOn, MOST, measured, notationOf, plain, type Table, tagged } from "../../flow";
import { t } from "../../words";
import { MarkupEditor } from "./MarkupEditor";
import { NamePicker } from "./pick";
import { controlId, type EditorProps, useChannels, useNames, useValues, useWrite, useWrongs } from "./place";
import { PlainTextEditor } from "./simple";

/** Texts: plain ones, ones with `{{ … }}` in them, ones that a chat shows. */
export function TextEditor(props: EditorProps) {
  const locales = tagged(props.value, "$t");
  if (isTable(locales)) return <LocalesEditor {...props} locales={locales} />;
  return <OneText {...props} />;
}

function OneText(props: EditorProps) {
  const { field } = props;
  const [typing, setTyping] = useState(false);
  // In a list a field is a plain one until there is something in it to help with; never while it is typed in.
  const rich = useRef(false);
  if (!typing) rich.current = field.template && (!props.bare || /\{[{%]/.test(plain(props.value)));
  if (!rich.current)
    return props.bare ? (
      // biome-ignore lint/a11y/noStaticElementInteractions: only looks at where the focus is
      <div onFocus={() => setTyping(true)} onBlur={() => setTyping(false)}>
        <PlainTextEditor {...props} />
      </div>
    ) : (
      <>
        <PlainTextEditor {...props} />
        <Counter {...props} text={plain(props.value)} />
      </>
    );
  const shown = field.limit === "message_text" || field.limit === "caption";
  return shown && !props.target.also ? <MarkupEditor {...props} /> : <TemplateEditor {...props} />;
}

function LocalesEditor({ locales, ...props }: EditorProps & { locales: Table }) {
  return (
    <div className="flex flex-col gap-1.5">
      {Object.entries(locales).map(([locale, text]) => (
        <div key={locale} className="flex gap-1.5">
          <span className="w-7 shrink-0 pt-1 text-xs font-medium text-ink-3">{locale}</span>
          <div className="min-w-0 flex-1">
            <OneText
              {...props}
              field={{ ...props.field, label: `${props.field.label} ${locale}`, required: true }}
              value={text}
              target={{ ...props.target, path: [...props.target.path, "$t", locale] }}
            />
          </div>
        </div>
      ))}
    </div>
  );
}

/** A text in which `{{ … }}` is filled in. */
export function TemplateEditor(props: EditorProps) {
  const { field, value, target, disabled, mixed } = props;
  const write = useWrite(field, target);
  const names = useNames();
  const values = useValues();
  const code = useRef<CodeHandle>(null);
  const typed = (text: string) => (typeof value === "number" && String(Number(text)) === text ? Number(text) : text);
  const draft = useDraft(plain(value), (text) => write(text === "" && !field.required ? undefined : typed(text)));
  const wrongs = useWrongs(target, draft.value);
  const multiline = field.type.is === "text" && field.type.multiline;
  return (
    <div className="group/text relative">
      <CodeField
        ref={code}
        id={controlId(target.path)}
        label={field.label}
        language="template"
        mono={false}
        oneLine={!multiline}
        least={3}
        most={14}
        value={draft.value}
        placeholder={mixed ? t("Different values") : (field.placeholder ?? "")}
        readOnly={disabled}
        names={names}
        values={values}
        wrongs={wrongs}
        onChange={draft.onChange}
        onFocus={draft.onFocus}
        onBlur={draft.onBlur}
        onEnter={draft.flush}
      />
      {!disabled && !props.bare && (
        <NamePicker
          label={t("Insert a value")}
          className="absolute! top-[3px] right-[3px] bg-[color-mix(in_oklab,var(--raised),var(--sunken))]! opacity-0 group-focus-within/text:opacity-100 group-hover/text:opacity-100 data-[state=open]:opacity-100"
          onPick={(path) => code.current?.insert(`{{ ${path} }}`)}
        />
      )}
      <Counter {...props} text={draft.value} />
    </div>
  );
}

/** How much of what a platform allows is used: always for what a chat shows, else when it gets close. */
export function Counter({
  field,
  text,
  format,
  always,
}: EditorProps & { text: string; format?: string; always?: boolean }) {
  const channels = useChannels();
  const { limit } = field;
  const most = limit && MOST[limit];
  if (!limit || !most) return null;
  const counts = channels.flatMap((platform) => {
    const allowed = most[platform];
    if (allowed === undefined) return [];
    const length =
      format === undefined ? measured(limit, text, platform) : lengthOn(text, notationOf(format, platform));
    return always || length > allowed * 0.8 ? [{ platform, length, allowed }] : [];
  });
  if (counts.length === 0) return null;
  return (
    <p
      className="flex flex-wrap gap-x-3 pt-1 text-xs text-ink-3"
      data-testid="counter"
      title={t("Without what is filled in")}
    >
      {counts.map(({ platform, length, allowed }) => (
        <span key={platform} className={cx(length > allowed && "font-medium text-error")}>
          {channels.length > 1 && `${platform === "telegram" ? "Telegram" : "Discord"} `}
          {t("{n} of {most}", { n: length.toLocaleString(), most: allowed.toLocaleString() })}
          {length > allowed && ` · ${t("too long by {n}", { n: (length - allowed).toLocaleString() })}`}
        </span>
      ))}
    </p>
  );
}
