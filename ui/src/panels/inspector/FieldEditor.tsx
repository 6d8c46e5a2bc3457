import { SquareFunction } from "lucide-react";
import { Field, IconButton, plain, TextArea } from "../../components";
import { isTable, tagged, tagOf } from "../../flow";
import { ListEditor, MapEditor } from "./lists";
import { controlId, type EditorProps, useTrouble, useWrite } from "./place";
import {
  BoolEditor,
  ChoiceEditor,
  DurationEditor,
  FlowEditor,
  JsonEditor,
  MonoEditor,
  NodeEditor,
  NumberEditor,
  SecretEditor,
  TextEditor,
  VariableEditor,
} from "./simple";

/** The editor for one field, chosen by its type and by what stands in it. */
export function FieldEditor(props: EditorProps) {
  const { field, value } = props;
  const type = field.type.is;
  if (tagOf(value) === "$secret" || (field.secret && value === undefined) || type === "secret")
    return <SecretEditor {...props} />;
  if (tagOf(value) === "$expr") return <MonoEditor {...props} />;
  if (!fits(props)) return <KeptValue {...props} />;
  switch (type) {
    case "text":
      return <TextEditor {...props} />;
    case "number":
      return <NumberEditor {...props} />;
    case "bool":
      return <BoolEditor {...props} />;
    case "choice":
      return <ChoiceEditor {...props} />;
    case "expr":
    case "code":
    case "prompt":
      return <MonoEditor {...props} />;
    case "json":
      return <JsonEditor {...props} />;
    case "list":
      return <ListEditor {...props} />;
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

/** With its label, its help, what is wrong with it, and the switch between a value and an expression. */
export function FieldRow(props: EditorProps) {
  const { field, value, target, disabled } = props;
  const write = useWrite(field, target);
  const trouble = useTrouble(target);
  const isExpr = tagOf(value) === "$expr";
  const canExpr = ["number", "bool", "choice", "duration"].includes(field.type.is) || isExpr;
  const toggle = canExpr && field.type.is !== "expr" && !disabled && (
    <IconButton
      small
      icon={SquareFunction}
      on={isExpr}
      label={isExpr ? "Use a plain value" : "Use an expression"}
      onClick={() => write(isExpr ? field.default : { $expr: value === undefined ? "" : JSON.stringify(value) })}
    />
  );
  if (field.type.is === "bool" && !isExpr && fits(props))
    return (
      <div className="flex h-7 items-center gap-2">
        <label
          htmlFor={controlId(target.path)}
          title={plain(field.help)}
          className="flex-1 truncate text-sm font-medium text-ink-2"
        >
          {field.label}
        </label>
        {toggle}
        <FieldEditor {...props} />
      </div>
    );
  return (
    <Field
      label={field.label}
      for={controlId(target.path)}
      required={field.required}
      help={field.help}
      trouble={trouble}
      aside={toggle}
    >
      <FieldEditor {...props} />
    </Field>
  );
}

function fits({ field, value }: EditorProps): boolean {
  if (value === undefined || value === null) return true;
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
      value={JSON.stringify(value, null, 2) ?? ""}
    />
  );
}
