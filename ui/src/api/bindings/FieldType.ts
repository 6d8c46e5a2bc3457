import type { Field } from "./Field";

export type FieldType =
  | { is: "text"; multiline: boolean }
  | { is: "number"; integer: boolean; min?: number; max?: number }
  | { is: "bool" }
  | { is: "choice"; options: { value: string; label: string }[] }
  | { is: "expr" }
  | { is: "json" }
  | { is: "code"; language: string }
  | { is: "list"; item: Field[]; ordered: boolean }
  | { is: "map"; value: Field }
  | { is: "flow" }
  | { is: "variable" }
  | { is: "duration" }
  | { is: "secret" };
