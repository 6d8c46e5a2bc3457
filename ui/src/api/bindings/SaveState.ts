export type SaveState = { state: "saved" } | { state: "unsaved" } | { state: "failed"; message: string; hint: string };
