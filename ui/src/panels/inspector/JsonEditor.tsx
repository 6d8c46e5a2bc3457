import { ListTree, Plus, TextCursorInput, X } from "lucide-react";
import { useEffect, useState } from "react";
import type { Value } from "../../api";
import {
  Button,
  CodeField,
  IconButton,
  Select,
  TextInput,
  useDraft,
  useRemembered,
  type Wrong,
} from "../../components";
import { isTable, jsonMistake, plain, tagOf } from "../../flow";
import { many, t } from "../../words";
import { controlId, type EditorProps, useWrite } from "./place";
import { TemplateEditor } from "./texts";

/** A value of any kind: as a tree, or as text. */
export function JsonEditor(props: EditorProps) {
  const { field, value, target, disabled, mixed } = props;
  const write = useWrite(field, target);
  const [asText, setAsText] = useRemembered("json.text", false);
  const deep = typeof value === "object" && value !== null;
  if (mixed)
    return (
      <Button className="self-start" disabled={disabled} onClick={() => write(field.default)}>
        {t("Different values: set all to what is usual")}
      </Button>
    );
  return (
    <div className="flex flex-col gap-1">
      {deep && asText ? (
        <JsonText {...props} />
      ) : (
        <Branch
          value={value}
          path={[]}
          root={props}
          disabled={disabled}
          onChange={(next) => write(next)}
          label={field.label}
        />
      )}
      {deep && tagOf(value) === undefined && (
        <Button
          tone="quiet"
          className="h-6! self-start px-1.5! text-xs!"
          icon={asText ? ListTree : TextCursorInput}
          onClick={() => setAsText(!asText)}
        >
          {asText ? t("Show as a tree") : t("Write as JSON")}
        </Button>
      )}
    </div>
  );
}

function JsonText({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const draft = useDraft(value === undefined ? "" : JSON.stringify(value, null, 2), async (text) => {
    if (text.trim() === "") await write(undefined);
    else if (!jsonMistake(text)) await write(JSON.parse(text));
  });
  const mistake = draft.value.trim() === "" ? undefined : jsonMistake(draft.value);
  const wrongs: Wrong[] = mistake ? [{ ...mistake, severity: "error" }] : [];
  return (
    <>
      <CodeField
        id={controlId(target.path)}
        label={field.label}
        language="json"
        numbered
        least={3}
        most={16}
        value={draft.value}
        placeholder={field.placeholder ?? "{ }"}
        readOnly={disabled}
        wrongs={wrongs}
        invalid={mistake !== undefined}
        onChange={draft.onChange}
        onFocus={draft.onFocus}
        onBlur={draft.onBlur}
      />
      {mistake && <p className="text-xs text-error">{t("Not JSON yet: {why}", { why: mistake.message })}</p>}
    </>
  );
}

type Kind = "text" | "number" | "truth" | "nothing" | "list" | "object" | "expression";

const kinds = (): { value: Kind; label: string }[] => [
  { value: "text", label: t("Text") },
  { value: "number", label: t("Number") },
  { value: "truth", label: t("Yes or no") },
  { value: "list", label: t("List") },
  { value: "object", label: t("Object") },
  { value: "expression", label: t("Expression") },
  { value: "nothing", label: t("Nothing") },
];

function kindOf(value: Value | undefined): Kind {
  if (value === null) return "nothing";
  if (value === undefined || typeof value === "string") return "text";
  if (typeof value === "number" || tagOf(value) === "$num") return "number";
  if (typeof value === "boolean") return "truth";
  if (Array.isArray(value)) return "list";
  return tagOf(value) === "$expr" ? "expression" : "object";
}

/** As much of a value as another kind can keep. */
function turned(value: Value | undefined, kind: Kind): Value {
  const text = typeof value === "object" ? "" : plain(value);
  switch (kind) {
    case "text":
      return typeof value === "boolean" ? String(value) : text;
    case "number":
      return Number.isFinite(Number(text)) ? Number(text) : 0;
    case "truth":
      return value === true || text === "true";
    case "nothing":
      return null;
    case "list":
      return isTable(value) && tagOf(value) === undefined
        ? Object.values(value)
        : value === undefined || text === ""
          ? []
          : [value];
    case "object":
      return {};
    case "expression":
      return { $expr: value === undefined ? "" : typeof value === "object" ? "" : JSON.stringify(value) };
  }
}

type BranchProps = {
  value: Value | undefined;
  path: string[];
  label: string;
  disabled: boolean;
  /** At the root the text is one with `{{ … }}`. */
  root?: EditorProps;
  onChange(value: Value | undefined): void;
};

const DEEPEST = 8;

function Branch(props: BranchProps) {
  const { value, path, label, disabled } = props;
  const kind = kindOf(value);
  const odd = isTable(value) && tagOf(value) !== undefined && kind === "object";
  if (odd || path.length >= DEEPEST)
    return <TextInput mono readOnly aria-label={label} value={JSON.stringify(value) ?? ""} />;
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1">
      <div className="flex gap-1">
        <div className="min-w-0 flex-1">
          <Leaf {...props} kind={kind} />
        </div>
        <div className="w-25 shrink-0">
          <Select
            label={t("Kind of {what}", { what: label })}
            value={kind}
            options={kinds()}
            disabled={disabled}
            onChange={(next) => props.onChange(turned(value, next as Kind))}
          />
        </div>
      </div>
      {Array.isArray(value) && (
        <div className="flex flex-col gap-1 border-l border-line pl-2">
          {value.map((item, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: elements without ids are their places
            <div key={at} className="flex gap-1">
              <span className="w-4 shrink-0 pt-1 text-right text-xs text-ink-3">{at + 1}</span>
              <Branch
                value={item}
                path={[...path, String(at)]}
                label={`${label} ${at + 1}`}
                disabled={disabled}
                onChange={(next) => props.onChange(value.with(at, next ?? null))}
              />
              {!disabled && (
                <IconButton
                  small
                  icon={X}
                  label={t("Remove {what}", { what: `${label} ${at + 1}` })}
                  className="mt-0.5"
                  onClick={() => props.onChange(value.toSpliced(at, 1))}
                />
              )}
            </div>
          ))}
          {!disabled && (
            <Button
              tone="quiet"
              icon={Plus}
              className="h-6! self-start px-1.5!"
              onClick={() => props.onChange([...value, ""])}
            >
              {t("Add an element")}
            </Button>
          )}
        </div>
      )}
      {kind === "object" && isTable(value) && (
        <div className="flex flex-col gap-1 border-l border-line pl-2">
          {Object.entries(value).map(([name, member]) => (
            <div key={name} className="flex flex-col gap-1">
              <div className="flex items-center gap-1">
                <MemberName
                  name={name}
                  disabled={disabled}
                  taken={(other) => other in value}
                  onName={(to) =>
                    props.onChange(
                      Object.fromEntries(Object.entries(value).map(([key, one]) => [key === name ? to : key, one])),
                    )
                  }
                />
                {!disabled && (
                  <IconButton
                    small
                    icon={X}
                    label={t("Remove {what}", { what: name })}
                    onClick={() =>
                      props.onChange(Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)))
                    }
                  />
                )}
              </div>
              <div className="pl-3">
                <Branch
                  value={member}
                  path={[...path, name]}
                  label={name}
                  disabled={disabled}
                  onChange={(next) => props.onChange({ ...value, [name]: next ?? null })}
                />
              </div>
            </div>
          ))}
          {!disabled && (
            <Button
              tone="quiet"
              icon={Plus}
              className="h-6! self-start px-1.5!"
              onClick={() => props.onChange({ ...value, [freeName(value)]: "" })}
            >
              {t("Add a member")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function freeName(value: object): string {
  for (let at = 1; ; at++) {
    const name = at === 1 ? "name" : `name_${at}`;
    if (!(name in value)) return name;
  }
}

function Leaf({ value, kind, label, disabled, root, path, onChange }: BranchProps & { kind: Kind }) {
  const id = path.length === 0 && root ? controlId(root.target.path) : undefined;
  if (kind === "text" && root && path.length === 0)
    return value === undefined || root.field.template ? (
      <RootText {...root} onChange={onChange} />
    ) : (
      <LeafText id={id} label={label} value={plain(value)} disabled={disabled} onText={onChange} />
    );
  if (kind === "text") return <LeafText label={label} value={plain(value)} disabled={disabled} onText={onChange} />;
  if (kind === "number")
    return (
      <LeafText
        id={id}
        label={label}
        value={plain(value)}
        disabled={disabled}
        numeric
        onText={(text) => {
          if (text.trim() !== "" && Number.isFinite(Number(text))) onChange(Number(text));
        }}
      />
    );
  if (kind === "truth")
    return (
      <Select
        id={id}
        label={label}
        value={String(value)}
        options={[
          { value: "true", label: t("Yes") },
          { value: "false", label: t("No") },
        ]}
        disabled={disabled}
        onChange={(next) => onChange(next === "true")}
      />
    );
  if (kind === "expression")
    return (
      <LeafText
        id={id}
        mono
        label={label}
        value={plain(value)}
        disabled={disabled}
        onText={(text) => onChange({ $expr: text })}
      />
    );
  const count = Array.isArray(value) ? value.length : isTable(value) ? Object.keys(value).length : 0;
  return (
    <p id={id} className="flex h-7 items-center truncate px-2 text-sm text-ink-3">
      {kind === "nothing"
        ? t("Nothing")
        : kind === "list"
          ? many(count, "{n} element", "{n} elements")
          : many(count, "{n} member", "{n} members")}
    </p>
  );
}

/** An empty field takes a number for a number; what is a text stays one. */
function RootText(props: EditorProps & { onChange(value: Value | undefined): void }) {
  const { field, value } = props;
  const empty = value === undefined;
  if (!empty || !field.template) return field.template ? <TemplateEditor {...props} field={asText(props)} /> : null;
  return (
    <LeafText
      id={controlId(props.target.path)}
      label={field.label}
      value=""
      placeholder={field.placeholder ?? plain(field.default)}
      disabled={props.disabled}
      onText={(text) => {
        if (text === "") return;
        props.onChange(text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text);
      }}
    />
  );
}

const asText = ({ field }: EditorProps): EditorProps["field"] => ({
  ...field,
  required: true,
  type: { is: "text", multiline: false },
});

function LeafText(props: {
  id?: string | undefined;
  label: string;
  value: string;
  placeholder?: string;
  disabled: boolean;
  numeric?: boolean;
  mono?: boolean;
  onText(text: string): void;
}) {
  const draft = useLazy(props.value, props.onText);
  const wrong = props.numeric && draft.value.trim() !== "" && !Number.isFinite(Number(draft.value));
  return (
    <TextInput
      id={props.id}
      mono={props.mono}
      aria-label={props.label}
      value={draft.value}
      placeholder={props.placeholder ?? ""}
      readOnly={props.disabled}
      inputMode={props.numeric ? "decimal" : undefined}
      aria-invalid={wrong}
      onChange={(event) => draft.onChange(event.target.value)}
      onBlur={draft.onBlur}
      onKeyDown={(event) => event.key === "Enter" && draft.onBlur()}
    />
  );
}

/** Inside of a tree the whole value is sent, so it is sent when a part of it is done. */
function useLazy(value: string, send: (text: string) => void) {
  const [draft, setDraft] = useState<string | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came from outside counts
  useEffect(() => setDraft(undefined), [value]);
  return {
    value: draft ?? value,
    onChange: setDraft,
    onBlur() {
      if (draft !== undefined && draft !== value) send(draft);
      else setDraft(undefined);
    },
  };
}

function MemberName(props: {
  name: string;
  disabled: boolean;
  taken(name: string): boolean;
  onName(name: string): void;
}) {
  const draft = useLazy(props.name, (text) => {
    const name = text.trim();
    if (name && name !== props.name && !props.taken(name)) props.onName(name);
  });
  return (
    <TextInput
      mono
      aria-label={t("Name")}
      value={draft.value}
      readOnly={props.disabled}
      aria-invalid={draft.value !== props.name && props.taken(draft.value.trim())}
      onChange={(event) => draft.onChange(event.target.value)}
      onBlur={draft.onBlur}
      onKeyDown={(event) => event.key === "Enter" && draft.onBlur()}
    />
  );
}
