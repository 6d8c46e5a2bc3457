import type { Seg } from "./Seg";

export type Spot = {
  file: string;
  node?: string;
  port?: string;
  field?: Seg[];
  line?: number;
  column?: number;
  span?: [number, number];
};
