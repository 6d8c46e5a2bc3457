import type { FieldType } from "./FieldType";
import type { Value } from "./Value";

export type Field = {
  name: string;
  label: string;
  help: string;
  type: FieldType;
  required: boolean;
  default?: Value;
  template: boolean;
  secret: boolean;
  advanced: boolean;
  placeholder?: string;
  when?: { field: string; is: Value[] };
  limit?: string;
};
