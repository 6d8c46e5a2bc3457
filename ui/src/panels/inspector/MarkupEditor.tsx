import { Bold, Code, EyeOff, Italic, Link, type LucideIcon, Quote, Strikethrough, Underline } from "lucide-react";
import { useRef } from "react";
import type { Edit } from "../../api";
import { CodeField, type CodeHandle, IconButton, useDraft, useOpenBot, useRemembered } from "../../components";
import { escaped, MARKS, type Mark, notationOf, plain, toggled } from "../../flow";
import { t } from "../../words";
import { Bubble } from "./Bubble";
import { NamePicker } from "./pick";
import {
  controlId,
  type EditorProps,
  spot,
  useChannels,
  useNames,
  useNode,
  useValues,
  useWrite,
  useWrongs,
} from "./place";
import { Counter } from "./texts";

const ICONS: Record<Mark, LucideIcon> = {
  bold: Bold,
  italic: Italic,
  underline: Underline,
  strike: Strikethrough,
  code: Code,
  link: Link,
  quote: Quote,
  spoiler: EyeOff,
};
const KEYS: Partial<Record<Mark, [string, string]>> = {
  bold: ["Mod+B", "Mod-b"],
  italic: ["Mod+I", "Mod-i"],
  underline: ["Mod+U", "Mod-u"],
};
const names = (): Record<Mark, string> => ({
  bold: t("Bold"),
  italic: t("Italic"),
  underline: t("Underlined"),
  strike: t("Struck out"),
  code: t("Code"),
  link: t("Link"),
  quote: t("Quote"),
  spoiler: t("Hidden until tapped"),
});

/** A text that a chat shows: with marks, as it will look, and with how much room is left. */
export function MarkupEditor(props: EditorProps) {
  const { field, value, target, disabled } = props;
  const bot = useOpenBot();
  const write = useWrite(field, target);
  const known = useNames();
  const values = useValues();
  const code = useRef<CodeHandle>(null);
  const node = useNode(target);
  const kind = node && bot.kinds.get(node.kind);
  const channels = useChannels().filter((one) => !kind || kind.platforms.length === 0 || kind.platforms.includes(one));
  const [chosen, choose] = useRemembered<"telegram" | "discord">("preview", "telegram");
  const platform = channels.includes(chosen) ? chosen : (channels[0] ?? "telegram");
  const formatField = kind?.fields.find((one) => one.name === "format");
  const format = plain(node?.fields.format ?? formatField?.default ?? "plain");
  // What has to change with the text, as one thing to take back.
  const along = useRef<Edit[]>([]);
  const draft = useDraft(plain(value), (text) => {
    const more = along.current.splice(0);
    if (more.length > 0) return bot.change(t("Format text"), [...more, { op: "field", ...spot(target), value: text }]);
    return write(text === "" && !field.required ? undefined : text);
  });
  const wrongs = useWrongs(target, draft.value);
  // A node without a choice of formatting cannot be marked up for Telegram.
  const markable = channels.includes("discord") || formatField !== undefined;

  const mark = (one: Mark) => {
    const at = code.current;
    if (!at || disabled) return;
    const notation = notationOf(format, platform);
    if (notation !== "plain") {
      const { from, to } = at.selection;
      const done = toggled(at.text, from, to, one, notation);
      at.put(done.text, done);
      return;
    }
    // Telegram shows marks only where the node says so: from now on it does, and what was written stays as it looks.
    draft.flush();
    const { from, to } = at.selection;
    const safe = (piece: string) => escaped(piece, "markdown");
    const before = safe(at.text.slice(0, from));
    const text = before + safe(at.text.slice(from, to)) + safe(at.text.slice(to));
    const end = before.length + safe(at.text.slice(from, to)).length;
    const done = toggled(text, before.length, end, one, "markdown");
    along.current = [{ op: "field", ...spot({ ...target, path: ["format"] }), value: "markdown" }];
    at.put(done.text, done);
  };
  const called = names();

  return (
    <div className="flex flex-col">
      {!disabled && (
        <div
          role="toolbar"
          aria-label={t("Formatting tools")}
          className="flex items-center rounded-t-md border border-b-0 border-line bg-panel px-0.5"
        >
          {markable &&
            MARKS.map((one) => (
              <IconButton
                key={one}
                small
                icon={ICONS[one]}
                label={called[one]}
                keys={KEYS[one]?.[0]}
                className="my-0.5"
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => mark(one)}
              />
            ))}
          <span className="flex-1" />
          <NamePicker label={t("Insert a value")} onPick={(path) => code.current?.insert(`{{ ${path} }}`)} />
        </div>
      )}
      <div className={disabled ? "" : "[&>*]:rounded-t-none!"}>
        <CodeField
          ref={code}
          id={controlId(target.path)}
          label={field.label}
          language="template"
          mono={false}
          least={3}
          most={14}
          value={draft.value}
          placeholder={field.placeholder ?? ""}
          readOnly={disabled}
          keys={
            markable
              ? Object.fromEntries(Object.entries(KEYS).map(([one, [, key]]) => [key, () => mark(one as Mark)]))
              : {}
          }
          names={known}
          values={values}
          wrongs={wrongs}
          onChange={draft.onChange}
          onFocus={draft.onFocus}
          onBlur={draft.onBlur}
        />
      </div>
      <Counter {...props} text={draft.value} format={format} always />
      {node && (
        <Bubble
          text={draft.value}
          notation={notationOf(format, platform)}
          platform={platform}
          channels={channels}
          onPlatform={choose}
          node={node}
          fields={kind?.fields ?? []}
        />
      )}
    </div>
  );
}
