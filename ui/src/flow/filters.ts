import listed from "./filters.json";

export type Filter = { name: string; group: string; usage: string; help: string; example: string; gives: string };

/**
 * The filters of expressions, as docs/expressions.md lists them; a test holds the two to each other. When that page changes, run
 * `NEXUS_UPDATE=1 npx vitest run src/flow/filters.test.ts`.
 */
export const FILTERS: readonly Filter[] = listed;
