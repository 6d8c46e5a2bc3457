import type { Edit } from "./Edit";

export type Change = { edits: Edit[] };
