import { CircleHelp, Eraser, Lightbulb, MoreHorizontal, RotateCcw, SquareFunction } from "lucide-react";
import { useId, useState } from "react";
import {
  Field,
  IconButton,
  Menu,
  type MenuItem,
  Prose,
  plain as plainProse,
  TextArea,
  useOpenBot,
} from "../../components";
import { hasRows, hintOf, isTable, plain, tagged, tagOf } from "../../flow";
import { t } from "../../words";
import { ButtonGrid } from "./ButtonGrid";
import { ExpressionEditor } from "./Expression";
import { JsonEditor } from "./JsonEditor";
import { ListEditor, MapEditor } from "./lists";
import { AssetEditor, ColorEditor, FlowEditor, SecretEditor, TimeEditor, VariableEditor, ZoneEditor } from "./pickers";
import { controlId, type EditorProps, isExpression, useNode, useTrouble, useWrite } from "./place";
import { BoolEditor, ChoiceEditor, DurationEditor, MonoEditor, NodeEditor, NumberEditor } from "./simple";
import { TextEditor } from "./texts";

/** The editor for one field, chosen by its type and by what stands in it. */
export function FieldEditor(props: EditorProps) {
  const { field, value, target } = props;
  const type = field.type.is;
  // What may be a secret or a text is a text until somebody asks for the secret.
  if (tagOf(value) === "$secret" || (field.secret && value === undefined) || type === "secret")
    return <SecretEditor {...props} />;
  if (isExpression(value) || type === "expr")
    return fits(props) ? <ExpressionEditor {...props} /> : <KeptValue {...props} />;
  if (!fits(props)) return <KeptValue {...props} />;
  switch (type) {
    case "text":
      return <HintedText {...props} />;
    case "number":
      return <NumberEditor {...props} />;
    case "bool":
      return <BoolEditor {...props} />;
    case "choice":
      return <ChoiceEditor {...props} />;
    case "code":
    case "prompt":
      return <MonoEditor {...props} />;
    case "json":
      return <JsonEditor {...props} />;
    case "list":
      return hasRows(field) && !target.also ? <ButtonGrid {...props} /> : <ListEditor {...props} />;
    case "map":
      return <MapEditor {...props} />;
    case "flow":
      return <FlowEditor {...props} />;
    case "node":
      return <NodeEditor {...props} />;
    case "variable":
      return <VariableEditor {...props} />;
    case "duration":
      return <DurationEditor {...props} />;
  }
}

function HintedText(props: EditorProps) {
  const text = tagOf(props.value) === undefined;
  switch (text && !props.target.also && hintOf(props.field)) {
    case "color":
      return <ColorEditor {...props} />;
    case "clock":
      return <TimeEditor {...props} kind="clock" />;
    case "moment":
      return <TimeEditor {...props} kind="moment" />;
    case "zone":
      return <ZoneEditor {...props} />;
    case "asset":
      return <AssetEditor {...props} />;
    default:
      return <TextEditor {...props} />;
  }
}

/** With its label, its help, what is wrong with it, and the switch between a value and an expression. */
export function FieldRow(props: EditorProps) {
  const { field, value, target, disabled } = props;
  const write = useWrite(field, target);
  const trouble = useTrouble(target);
  const [help, setHelp] = useState(false);
  const isExpr = isExpression(value);
  const canExpr = ["number", "bool", "choice", "duration", "json"].includes(field.type.is) || isExpr;
  const toggle = canExpr && field.type.is !== "expr" && !disabled && (
    <IconButton
      small
      icon={SquareFunction}
      on={isExpr}
      label={isExpr ? t("Use a plain value") : t("Use an expression")}
      onClick={() => write(isExpr ? field.default : { $expr: value === undefined ? "" : JSON.stringify(value) })}
    />
  );
  const labelId = useId();
  const tools = (
    <>
      <FieldMenu {...props} help={help} setHelp={setHelp} labelId={labelId} />
      {toggle}
    </>
  );
  const helpText = help && field.help && (
    <p className="pb-0.5 text-xs text-ink-2" data-selectable>
      <Prose text={field.help} />
    </p>
  );
  if (field.type.is === "bool" && !isExpr && fits(props))
    return (
      <div className="group/field flex flex-col gap-1" data-field={field.label}>
        <div className="flex min-h-7 items-center gap-1">
          <label
            id={labelId}
            htmlFor={controlId(target.path)}
            title={plainProse(field.help)}
            className="flex-1 truncate text-sm font-medium text-ink-2"
          >
            {field.label}
          </label>
          {tools}
          <FieldEditor {...props} />
        </div>
        {helpText}
      </div>
    );
  return (
    <div className="group/field">
      <Field
        label={field.label}
        for={controlId(target.path)}
        labelId={labelId}
        required={field.required}
        help={field.help}
        trouble={trouble}
        aside={tools}
      >
        {helpText}
        <FieldEditor {...props} />
      </Field>
    </div>
  );
}

/** What can be done with any field: read about it, begin with the example, go back to what is usual. */
function FieldMenu(props: EditorProps & { help: boolean; setHelp(open: boolean): void; labelId: string }) {
  const { field, value, target, disabled, help } = props;
  const bot = useOpenBot();
  const node = useNode(target);
  const write = useWrite(field, target);
  const kind = node && bot.kinds.get(node.kind);
  const example = exampleOf(props, kind?.example.fields[field.name]);
  const same = JSON.stringify(value) === JSON.stringify(field.default);
  const items: MenuItem[] = [];
  if (field.help)
    items.push({
      kind: "item",
      label: help ? t("Hide help") : t("Show help"),
      icon: CircleHelp,
      run: () => props.setHelp(!help),
    });
  if (example !== undefined && !disabled)
    items.push({
      kind: "item",
      label: t("Use the example"),
      icon: Lightbulb,
      disabled: JSON.stringify(example) === JSON.stringify(value),
      run: () => write(structuredClone(example)),
    });
  if (!disabled && field.default !== undefined)
    items.push({
      kind: "item",
      label: t("Reset to what is usual"),
      icon: RotateCcw,
      disabled: same || value === undefined,
      run: () => write(structuredClone(field.default)),
    });
  else if (!disabled)
    items.push({
      kind: "item",
      label: t("Clear"),
      icon: Eraser,
      disabled: value === undefined,
      run: () => write(undefined),
    });
  if (items.length === 0) return null;
  return (
    <Menu items={items} align="end">
      <IconButton
        small
        icon={MoreHorizontal}
        label={t("More for this field")}
        aria-describedby={props.labelId}
        className="opacity-0 group-focus-within/field:opacity-100 group-hover/field:opacity-100 data-[state=open]:opacity-100"
      />
    </Menu>
  );
}

/** The kind's own example, or what the field shows while it is empty. */
function exampleOf({ field, target }: EditorProps, own: EditorProps["value"]): EditorProps["value"] {
  if (field.type.is === "flow" || field.type.is === "node" || field.type.is === "secret") return undefined;
  if (target.path.length === 1 && own !== undefined && JSON.stringify(own) !== JSON.stringify(field.default))
    return own;
  const shown = field.placeholder;
  if (!shown) return undefined;
  if (field.type.is === "expr") return { $expr: shown };
  return ["text", "variable", "duration", "code"].includes(field.type.is) ? shown : undefined;
}

function fits({ field, value }: EditorProps): boolean {
  if (value === undefined || value === null || isExpression(value)) return true;
  switch (field.type.is) {
    case "text":
      return typeof value === "string" || typeof value === "number" || tagged(value, "$t") !== undefined;
    case "number":
      return typeof value === "number" || tagged(value, "$num") !== undefined;
    case "bool":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value) && value.every((item) => isTable(item) && typeof item.id === "string");
    case "map":
      return isTable(value) && tagOf(value) === undefined;
    case "json":
      return true;
    default:
      return typeof value === "string";
  }
}

/** A value of another shape than its field expects, or of a field nobody declares. */
export function KeptValue({ value, target }: Pick<EditorProps, "value" | "target">) {
  return (
    <TextArea
      mono
      readOnly
      least={1}
      most={8}
      id={controlId(target.path)}
      aria-label={plain(target.path.at(-1) as string)}
      value={JSON.stringify(value, null, 2) ?? ""}
    />
  );
}
