import { useState } from "react";
import { Combo, Select, Switch, TextArea, TextInput, useBot, useDraft } from "../../components";
import { isTable, plain, type Table, tagged, titleOf } from "../../flow";
import { controlId, type EditorProps, useWrite } from "./place";

/** Editors of single values. Each shows what it cannot edit as text and leaves it alone. */

export function TextEditor({ field, value, target, disabled }: EditorProps) {
  const locales = tagged(value, "$t");
  if (isTable(locales)) return <LocalesEditor {...{ field, value, target, disabled }} locales={locales} />;
  return <PlainTextEditor {...{ field, value, target, disabled }} />;
}

function PlainTextEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  // What was a number stays one while it reads as one.
  const typed = (text: string) => (typeof value === "number" && String(Number(text)) === text ? Number(text) : text);
  const draft = useDraft(plain(value), (text) => write(text === "" && !field.required ? undefined : typed(text)));
  const multiline = field.type.is === "text" && field.type.multiline;
  const shared = {
    id: controlId(target.path),
    value: draft.value,
    placeholder: field.placeholder ?? "",
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

function LocalesEditor({ field, target, disabled, locales }: EditorProps & { locales: Table }) {
  return (
    <div className="flex flex-col gap-1.5">
      {Object.entries(locales).map(([locale, text]) => (
        <div key={locale} className="flex gap-1.5">
          <span className="w-7 shrink-0 pt-1 text-xs font-medium text-ink-3">{locale}</span>
          <PlainTextEditor
            field={{ ...field, required: true }}
            value={text}
            target={{ ...target, path: [...target.path, "$t", locale] }}
            disabled={disabled}
          />
        </div>
      ))}
    </div>
  );
}

export function NumberEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const type = field.type.is === "number" ? field.type : undefined;
  const fault = (text: string): string | undefined => {
    if (text.trim() === "") return undefined;
    const number = Number(text);
    if (!Number.isFinite(number)) return "This is not a number.";
    if (type?.integer && !Number.isInteger(number)) return "A whole number is needed.";
    if (type?.min != null && number < type.min) return `At least ${type.min}.`;
    if (type?.max != null && number > type.max) return `At most ${type.max}.`;
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
        placeholder={field.placeholder ?? plain(field.default)}
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

export function BoolEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  return (
    <Switch
      id={controlId(target.path)}
      label={field.label}
      checked={(value ?? field.default) === true}
      disabled={disabled}
      onChange={(checked) => write(checked)}
    />
  );
}

export function ChoiceEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const options = field.type.is === "choice" ? field.type.options : [];
  const now = value ?? field.default;
  const chosen = typeof now === "string" ? now : undefined;
  const known = chosen === undefined || options.some((option) => option.value === chosen);
  return (
    <Select
      id={controlId(target.path)}
      label={field.label}
      value={chosen}
      options={known ? options : [...options, { value: chosen, label: chosen, hint: "unknown" }]}
      disabled={disabled}
      onChange={(value) => write(value)}
    />
  );
}

const DURATION = /^(\d+(\.\d+)?(ms|s|m|h|d|w)\s*)+$/;

export function DurationEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const draft = useDraft(plain(value), (text) => write(text.trim() === "" ? undefined : text.trim()));
  const wrong = draft.value.trim() !== "" && !DURATION.test(draft.value.trim());
  return (
    <>
      <TextInput
        id={controlId(target.path)}
        value={draft.value}
        placeholder={field.placeholder ?? "30s, 5m, 2h, 1d"}
        readOnly={disabled}
        aria-invalid={wrong}
        onChange={(event) => draft.onChange(event.target.value)}
        onFocus={draft.onFocus}
        onBlur={draft.onBlur}
      />
      {wrong && <p className="text-xs text-error">Write a number and a unit, such as 30s, 5m, 2h or 1d.</p>}
    </>
  );
}

/** Expressions and code are typed as text for now. */
export function MonoEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const tag = tagged(value, "$expr");
  const asExpr = field.type.is === "expr" || tag !== undefined;
  const draft = useDraft(plain(value), (text) =>
    write(asExpr ? { $expr: text } : text === "" && !field.required ? undefined : text),
  );
  const code = field.type.is === "code";
  return (
    <TextArea
      mono
      id={controlId(target.path)}
      least={code ? 8 : 1}
      most={code ? 30 : 8}
      value={draft.value}
      placeholder={field.placeholder ?? (asExpr ? "bot.total > 100" : "")}
      readOnly={disabled}
      onChange={(event) => draft.onChange(event.target.value)}
      onFocus={draft.onFocus}
      onBlur={draft.onBlur}
    />
  );
}

export function JsonEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const draft = useDraft(value === undefined ? "" : JSON.stringify(value, null, 2), async (text) => {
    try {
      const read = text.trim() === "" ? undefined : JSON.parse(text);
      setWrong(undefined);
      await write(read);
    } catch (thrown) {
      setWrong(`Not JSON yet: ${(thrown as Error).message}`);
    }
  });
  return (
    <>
      <TextArea
        mono
        id={controlId(target.path)}
        least={1}
        value={draft.value}
        placeholder={field.placeholder ?? "{ }"}
        readOnly={disabled}
        aria-invalid={wrong !== undefined}
        onChange={(event) => draft.onChange(event.target.value)}
        onFocus={draft.onFocus}
        onBlur={draft.onBlur}
      />
      {wrong && <p className="text-xs text-error">{wrong}</p>}
    </>
  );
}

export function FlowEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const choices = useBot((bot) =>
    JSON.stringify([...bot.mirror.flows.values()].map((flow) => ({ value: flow.id, label: flow.name || flow.id }))),
  );
  return (
    <Combo
      id={controlId(target.path)}
      label={field.label}
      value={typeof value === "string" ? value : undefined}
      choices={JSON.parse(choices)}
      placeholder="Choose a flow"
      disabled={disabled}
      onChange={(value) => write(value)}
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
      placeholder="Choose a node"
      disabled={disabled}
      onChange={(value) => write(value)}
    />
  );
}

export function VariableEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const variables = useBot((bot) => bot.mirror.manifest.variables);
  const choices = ["user", "chat", "bot"].flatMap((scope) => {
    const table = isTable(variables) ? variables[scope] : undefined;
    return Object.entries(isTable(table) ? table : {}).map(([name, about]) => ({
      value: `${scope}.${name}`,
      label: `${scope}.${name}`,
      hint: isTable(about) ? plain(about.type) : "",
    }));
  });
  return (
    <Combo
      mono
      free
      id={controlId(target.path)}
      label={field.label}
      value={value === undefined || value === null || value === "" ? undefined : plain(value)}
      choices={choices}
      placeholder={field.placeholder ?? "user.name"}
      disabled={disabled}
      onChange={(value) => write(value)}
    />
  );
}

export function SecretEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const secrets = useBot((bot) => bot.mirror.manifest.secrets);
  const named = tagged(value, "$secret");
  const bare = field.type.is === "secret" && typeof value === "string" ? value : undefined;
  const choices = Object.entries(isTable(secrets) ? secrets : {}).map(([name, about]) => ({
    value: name,
    label: name,
    hint: isTable(about) ? plain(about.note) : "",
  }));
  return (
    <Combo
      mono
      id={controlId(target.path)}
      label={field.label}
      value={typeof named === "string" ? named : bare}
      choices={choices}
      placeholder={choices.length === 0 ? "This bot names no secrets yet" : "Choose a secret"}
      none="No secret"
      disabled={disabled}
      onChange={(name) => write(name === undefined ? undefined : { $secret: name })}
    />
  );
}
