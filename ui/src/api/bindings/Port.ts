export type Port =
  | { at: "fixed"; id: string; label: string; role: "flow" | "error" | "compensate" }
  | { at: "each"; field: string; label: string; role: "flow" };
