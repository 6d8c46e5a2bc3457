export type Seg = string | number | { item: string };
