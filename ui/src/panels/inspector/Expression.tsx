import { ListFilter, Plus, TextCursorInput, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import {
  Button,
  CodeField,
  type CodeHandle,
  Combo,
  IconButton,
  Select,
  TextInput,
  useDraft,
  useRemembered,
} from "../../components";
import {
  type Comparison,
  type Condition,
  conditionOf,
  expressionOf,
  literal,
  ONE_SIDED,
  plain,
  quoted,
  type Row,
} from "../../flow";
import { t } from "../../words";
import { NamePicker } from "./pick";
import { controlId, type EditorProps, useNames, useValues, useWrite, useWrongs } from "./place";

/** An expression: typed with help, or for a condition put together in rows. */
export function ExpressionEditor(props: EditorProps) {
  const { field, value, target, disabled, mixed } = props;
  const write = useWrite(field, target);
  const [rows, setRows] = useRemembered("conditions.rows", true);
  const draft = useDraft(plain(value), (text) => write(text === "" && !field.required ? undefined : { $expr: text }));
  const isCondition = field.type.is === "expr" && !mixed;
  const condition = isCondition ? conditionOf(draft.value) : undefined;
  const asRows = isCondition && rows && condition !== undefined;
  return (
    <div className="flex flex-col gap-1">
      {asRows ? (
        <Rows
          {...props}
          condition={condition}
          onChange={(next, now) => {
            draft.onChange(expressionOf(next));
            if (now) draft.onBlur();
          }}
          onLeave={draft.onBlur}
        />
      ) : (
        <ExpressionText {...props} draft={draft} />
      )}
      {isCondition && !disabled && (
        <div className="flex items-center gap-2">
          <Button
            tone="quiet"
            className="h-6! px-1.5! text-xs!"
            icon={asRows ? TextCursorInput : ListFilter}
            disabled={!asRows && condition === undefined}
            onClick={() => setRows(!asRows)}
          >
            {asRows ? t("Write as an expression") : t("Show as rows")}
          </Button>
          {!asRows && condition === undefined && (
            <span className="text-xs text-ink-3">{t("This one only fits as an expression.")}</span>
          )}
        </div>
      )}
    </div>
  );
}

function ExpressionText({
  field,
  target,
  disabled,
  mixed,
  draft,
}: EditorProps & { draft: ReturnType<typeof useDraft> }) {
  const names = useNames();
  const values = useValues();
  const code = useRef<CodeHandle>(null);
  const wrongs = useWrongs(target, draft.value);
  return (
    <div className="group/text relative">
      <CodeField
        ref={code}
        id={controlId(target.path)}
        label={field.label}
        language="expression"
        least={1}
        most={8}
        value={draft.value}
        placeholder={mixed ? t("Different values") : (field.placeholder ?? "bot.total > 100")}
        readOnly={disabled}
        names={names}
        values={values}
        wrongs={wrongs}
        invalid={wrongs.some((wrong) => wrong.severity === "error")}
        onChange={draft.onChange}
        onFocus={draft.onFocus}
        onBlur={draft.onBlur}
      />
      {!disabled && (
        <NamePicker
          label={t("Insert a name")}
          className="absolute! top-[3px] right-[3px] bg-[color-mix(in_oklab,var(--raised),var(--sunken))]! opacity-0 group-focus-within/text:opacity-100 group-hover/text:opacity-100 data-[state=open]:opacity-100"
          onPick={(path) => code.current?.insert(path)}
        />
      )}
    </div>
  );
}

const comparisons = (): { value: Comparison; label: string }[] => [
  { value: "==", label: t("is") },
  { value: "!=", label: t("is not") },
  { value: ">", label: t("is more than") },
  { value: ">=", label: t("is at least") },
  { value: "<", label: t("is less than") },
  { value: "<=", label: t("is at most") },
  { value: "contains", label: t("contains") },
  { value: "lacks", label: t("does not contain") },
  { value: "in", label: t("is one of") },
  { value: "not in", label: t("is none of") },
  { value: "holds", label: t("holds") },
  { value: "fails", label: t("does not hold") },
  { value: "defined", label: t("is there") },
  { value: "undefined", label: t("is not there") },
];

function Rows(
  props: EditorProps & { condition: Condition; onChange(next: Condition, now: boolean): void; onLeave(): void },
) {
  const { target, disabled } = props;
  // A row that is just being made is no expression yet; it stays here until it is.
  const [made, setMade] = useState<Row[]>([]);
  const { join } = props.condition;
  const written = props.condition.rows;
  const rows = written.length === 0 && made.length === 0 ? [EMPTY] : [...written, ...made];
  const put = (next: Row[], now: boolean, joined = join) => {
    const whole = next.filter((row) => row.left.trim() !== "");
    setMade(next.filter((row) => row.left.trim() === ""));
    props.onChange({ join: joined, rows: whole }, now);
  };
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5" aria-label={props.field.label} data-testid="condition">
      {rows.length > 1 && (
        <div className="flex items-center gap-2 text-sm text-ink-2">
          <div className="w-28">
            <Select
              label={t("How the rows are joined")}
              value={join}
              options={[
                { value: "and", label: t("All of these") },
                { value: "or", label: t("Any of these") },
              ]}
              disabled={disabled}
              onChange={(value) => put(rows, true, value as Condition["join"])}
            />
          </div>
        </div>
      )}
      {rows.map((row, at) => (
        <RowEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          key={at}
          row={row}
          number={at + 1}
          id={at === 0 ? controlId(target.path) : undefined}
          disabled={disabled}
          onChange={(next, now) => put(rows.with(at, next), now)}
          onLeave={props.onLeave}
          {...(rows.length > 1 ? { onRemove: () => put(rows.toSpliced(at, 1), true) } : {})}
        />
      ))}
      {!disabled && (
        <Button
          tone="quiet"
          icon={Plus}
          className="h-6! self-start px-1.5!"
          onClick={() => setMade([...made, EMPTY])}
          disabled={made.length > 0 || written.length === 0}
        >
          {t("Add a row")}
        </Button>
      )}
    </fieldset>
  );
}

const EMPTY: Row = { left: "", is: "==", right: '""' };

function RowEditor(props: {
  row: Row;
  number: number;
  id: string | undefined;
  disabled: boolean;
  onChange(row: Row, now: boolean): void;
  onLeave(): void;
  onRemove?(): void;
}) {
  const { row, disabled, number } = props;
  const names = useNames()();
  const oneSided = ONE_SIDED.includes(row.is);
  return (
    <div className="group/row relative flex flex-col gap-1 rounded-lg border border-line p-1.5">
      <div className="flex gap-1">
        <div className="min-w-0 flex-1">
          <Combo
            mono
            free
            id={props.id}
            label={t("What row {n} looks at", { n: number })}
            value={row.left === "" ? undefined : row.left}
            choices={names.map((name) => ({ value: name.path, label: name.path, hint: name.about }))}
            placeholder={t("Choose a value")}
            disabled={disabled}
            onChange={(left) => props.onChange({ ...row, left: left ?? "" }, true)}
          />
        </div>
        {props.onRemove && !disabled && (
          <IconButton
            small
            icon={X}
            label={t("Remove row {n}", { n: number })}
            className="mt-0.5"
            onClick={props.onRemove}
          />
        )}
      </div>
      <div className="flex gap-1">
        <div className={oneSided ? "flex-1" : "w-34 shrink-0"}>
          <Select
            label={t("Comparison of row {n}", { n: number })}
            value={row.is}
            options={comparisons()}
            disabled={disabled}
            onChange={(is) =>
              props.onChange(
                { ...row, is: is as Comparison, right: ONE_SIDED.includes(is as Comparison) ? "" : row.right || '""' },
                true,
              )
            }
          />
        </div>
        {!oneSided && (
          <SideEditor
            side={row.right}
            label={t("Value of row {n}", { n: number })}
            disabled={disabled}
            onChange={(right, now) => props.onChange({ ...row, right }, now)}
            onLeave={props.onLeave}
          />
        )}
      </div>
    </div>
  );
}

/** The value that is compared with: a text, a number, yes or no; or another name, typed as such. */
function SideEditor(props: {
  side: string;
  label: string;
  disabled: boolean;
  onChange(side: string, now: boolean): void;
  onLeave(): void;
}) {
  const read = literal(props.side);
  const [text, setText] = useState(read.text);
  const [typing, setTyping] = useState(false);
  const touched = useRef(false);
  useEffect(() => {
    if (!typing) setText(read.text);
  }, [read.text, typing]);
  if (read.is === "truth")
    return (
      <div className="min-w-0 flex-1">
        <Select
          label={props.label}
          value={read.text}
          options={[
            { value: "true", label: t("Yes") },
            { value: "false", label: t("No") },
            { value: "text", label: t("Something else") },
          ]}
          disabled={props.disabled}
          onChange={(value) => props.onChange(value === "text" ? '""' : value, true)}
        />
      </div>
    );
  return (
    <div className="group/text relative min-w-0 flex-1">
      <TextInput
        aria-label={props.label}
        mono={read.is === "worked"}
        value={typing ? text : read.text}
        placeholder={t("Empty text")}
        readOnly={props.disabled}
        onFocus={() => {
          setText(read.text);
          setTyping(true);
        }}
        onBlur={() => {
          setTyping(false);
          // Only when it is done: half of a word must not turn into a switch.
          if (touched.current && /^(true|false|none)$/.test(text.trim())) props.onChange(text.trim(), true);
          else props.onLeave();
          touched.current = false;
        }}
        onChange={(event) => {
          touched.current = true;
          setText(event.target.value);
          props.onChange(sideOf(event.target.value, read.is), false);
        }}
      />
      {!props.disabled && (
        <NamePicker
          label={t("Compare with another value")}
          className="absolute! top-[3px] right-[3px] bg-[color-mix(in_oklab,var(--raised),var(--sunken))]! opacity-0 group-focus-within/text:opacity-100 group-hover/text:opacity-100 data-[state=open]:opacity-100"
          onPick={(path) => props.onChange(path, true)}
        />
      )}
    </div>
  );
}

/** What was typed as one side: a number where it reads as one, a name where it was one and still looks so, else a text. */
function sideOf(typed: string, was: ReturnType<typeof literal>["is"]): string {
  const tidy = typed.trim();
  if (/^-?\d+(\.\d+)?$/.test(tidy)) return tidy;
  if (/^(user|chat|bot|flow|nodes|msg|env)\.[a-z_]\w*(\.\w+)*$/i.test(tidy) || tidy === "now") return tidy;
  if (was === "worked" && conditionOf(tidy)?.rows[0]?.is === "holds" && /[.[(|]/.test(tidy)) return tidy;
  return quoted(typed);
}
