import type { Fix } from "./Fix";
import type { Severity } from "./Severity";
import type { Spot } from "./Spot";

export type Problem = { code: string; severity: Severity; at: Spot; message: string; help: string; fix?: Fix };
