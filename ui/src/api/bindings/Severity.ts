export type Severity = "error" | "warning" | "hint";
