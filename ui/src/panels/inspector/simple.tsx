import { CodeField, Combo, Select, Switch, TextArea, TextInput, useBot, useDraft } from "../../components";
import { durationInWords, durationOf, plain, tagged, titleOf } from "../../flow";
import { spoken, t } from "../../words";
import { controlId, type EditorProps, useWrite } from "./place";

/** Editors of single values. Each shows what it cannot edit as text and leaves it alone. */

export function PlainTextEditor({ field, value, target, disabled, mixed }: EditorProps) {
  const write = useWrite(field, target);
  // What was a number stays one while it reads as one.
  const typed = (text: string) => (typeof value === "number" && String(Number(text)) === text ? Number(text) : text);
  const draft = useDraft(plain(value), (text) => write(text === "" && !field.required ? undefined : typed(text)));
  const multiline = field.type.is === "text" && field.type.multiline;
  const shared = {
    id: controlId(target.path),
    value: draft.value,
    placeholder: mixed ? t("Different values") : (field.placeholder ?? ""),
    readOnly: disabled,
    onFocus: draft.onFocus,
    onBlur: draft.onBlur,
  };
  return multiline ? (
    <TextArea {...shared} least={3} onChange={(event) => draft.onChange(event.target.value)} />
  ) : (
    <TextInput
      {...shared}
      onChange={(event) => draft.onChange(event.target.value)}
      onKeyDown={(event) => event.key === "Enter" && draft.flush()}
    />
  );
}

export function NumberEditor({ field, value, target, disabled, mixed }: EditorProps) {
  const write = useWrite(field, target);
  const type = field.type.is === "number" ? field.type : undefined;
  const fault = (text: string): string | undefined => {
    if (text.trim() === "") return undefined;
    const number = Number(text);
    if (!Number.isFinite(number)) return t("This is not a number.");
    if (type?.integer && !Number.isInteger(number)) return t("A whole number is needed.");
    if (type?.min != null && number < type.min) return t("At least {n}.", { n: type.min });
    if (type?.max != null && number > type.max) return t("At most {n}.", { n: type.max });
    return undefined;
  };
  const draft = useDraft(plain(value), async (text) => {
    if (!fault(text)) await write(text.trim() === "" ? undefined : Number(text));
  });
  const wrong = fault(draft.value);
  return (
    <>
      <TextInput
        id={controlId(target.path)}
        inputMode="decimal"
        value={draft.value}
        placeholder={mixed ? t("Different values") : (field.placeholder ?? plain(field.default))}
        readOnly={disabled || tagged(value, "$num") !== undefined}
        aria-invalid={wrong !== undefined}
        onChange={(event) => draft.onChange(event.target.value)}
        onFocus={draft.onFocus}
        onBlur={draft.onBlur}
      />
      {wrong && <p className="text-xs text-error">{wrong}</p>}
    </>
  );
}

export function BoolEditor({ field, value, target, disabled, mixed }: EditorProps) {
  const write = useWrite(field, target);
  return (
    <span className="flex items-center gap-2">
      {mixed && <span className="text-xs text-ink-3">{t("Different values")}</span>}
      <Switch
        id={controlId(target.path)}
        label={field.label}
        checked={(value ?? field.default) === true}
        disabled={disabled}
        onChange={(checked) => write(checked)}
      />
    </span>
  );
}

export function ChoiceEditor({ field, value, target, disabled, mixed }: EditorProps) {
  const write = useWrite(field, target);
  const options = field.type.is === "choice" ? field.type.options : [];
  const now = mixed ? undefined : (value ?? field.default);
  const chosen = typeof now === "string" ? now : undefined;
  const known = chosen === undefined || options.some((option) => option.value === chosen);
  return (
    <Select
      id={controlId(target.path)}
      label={field.label}
      value={chosen}
      options={known ? options : [...options, { value: chosen, label: chosen, hint: t("unknown") }]}
      placeholder={mixed ? t("Different values") : undefined}
      disabled={disabled}
      onChange={(value) => write(value)}
    />
  );
}

export function DurationEditor({ field, value, target, disabled, mixed }: EditorProps) {
  const write = useWrite(field, target);
  const draft = useDraft(plain(value), (text) => write(text.trim() === "" ? undefined : text.trim()));
  const typed = draft.value.trim();
  const length = durationOf(typed);
  const usual = typed === "" && !mixed ? durationOf(plain(field.default)) : undefined;
  const wrong = typed !== "" && length === undefined;
  return (
    <>
      <TextInput
        id={controlId(target.path)}
        value={draft.value}
        placeholder={mixed ? t("Different values") : plain(field.default) || field.placeholder || "30s, 5m, 2h, 1d"}
        readOnly={disabled}
        aria-invalid={wrong}
        onChange={(event) => draft.onChange(event.target.value)}
        onFocus={draft.onFocus}
        onBlur={draft.onBlur}
      />
      {wrong && <p className="text-xs text-error">{t("Write a number and a unit, such as 30s, 5m, 2h or 1h 30m.")}</p>}
      {length !== undefined && <p className="text-xs text-ink-3">{durationInWords(length, spoken())}</p>}
      {usual !== undefined && (
        <p className="text-xs text-ink-3">{t("Usually {what}", { what: durationInWords(usual, spoken()) })}</p>
      )}
    </>
  );
}

/** Code, and the names of prompts. */
export function MonoEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const draft = useDraft(plain(value), (text) => write(text === "" && !field.required ? undefined : text));
  const named = field.type.is === "code" ? field.type.language : "text";
  const code = field.type.is === "code";
  const language = (["javascript", "jq", "sql", "graphql", "json"] as const).find((one) => one === named) ?? "text";
  return (
    <CodeField
      id={controlId(target.path)}
      label={field.label}
      language={language}
      oneLine={!code}
      numbered={code}
      least={code ? 8 : 1}
      most={code ? 30 : 8}
      value={draft.value}
      placeholder={field.placeholder ?? ""}
      readOnly={disabled}
      onChange={draft.onChange}
      onFocus={draft.onFocus}
      onBlur={draft.onBlur}
      onEnter={draft.flush}
    />
  );
}

export function NodeEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const choices = useBot((bot) =>
    JSON.stringify(
      [...(bot.flow?.nodes ?? [])].flatMap(([id, node]) => {
        const kind = bot.kinds.get(node.kind);
        return kind?.trigger ? [] : [{ value: id, label: titleOf(node, kind), hint: node.name ? kind?.title : id }];
      }),
    ),
  );
  return (
    <Combo
      id={controlId(target.path)}
      label={field.label}
      value={typeof value === "string" ? value : undefined}
      choices={JSON.parse(choices)}
      placeholder={t("Choose a node")}
      disabled={disabled}
      onChange={(value) => write(value)}
    />
  );
}
