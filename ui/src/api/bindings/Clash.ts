export type Clash = { path: string; mine: string; theirs: string };
