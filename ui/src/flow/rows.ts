import type { Edit, Field, Seg } from "../api";
import type { items, Table } from "./values";

/** Elements that stand in rows: each begins one, except those that stand `beside` the one before. */
export type Grid = { id: string; item: Table }[][];

/** The member that puts an element beside the one before, if a list has rows. */
export const BESIDE = "beside";

export function hasRows(field: Field): boolean {
  return field.type.is === "list" && field.type.item.some((one) => one.name === BESIDE && one.type.is === "bool");
}

export function gridOf(list: ReturnType<typeof items>): Grid {
  const rows: Grid = [];
  for (const one of list) {
    const row = rows.at(-1);
    if (row && one.item[BESIDE] === true) row.push(one);
    else rows.push([one]);
  }
  return rows;
}

/** Where an element goes: into a row at a place, or into a new row before one (`alone`). */
export type Spot = { row: number; place: number; alone: boolean };

/** The rows with one element moved; the rows are counted as they were. */
export function moved(grid: Grid, id: string, to: Spot): string[][] {
  const rows = grid.map((row) => row.map((one) => one.id));
  const from = rows.findIndex((row) => row.includes(id));
  if (from < 0) return rows;
  const fromPlace = rows[from]?.indexOf(id) ?? 0;
  const gone = rows.map((row) => row.filter((one) => one !== id));
  if (to.alone) gone.splice(to.row, 0, [id]);
  else {
    const place = to.row === from && to.place > fromPlace ? to.place - 1 : to.place;
    gone[to.row]?.splice(place, 0, id);
  }
  return gone.filter((row) => row.length > 0);
}

/** The edits that make a list's rows so. */
export function arrange(
  target: { flow: string; node: string; path: Seg[] },
  grid: Grid,
  wanted: readonly (readonly string[])[],
): Edit[] {
  const now = grid.flat();
  const order = wanted.flat();
  const edits: Edit[] = [];
  const at = now.map((one) => one.id);
  for (let place = order.length - 1; place >= 0; place--) {
    const id = order[place];
    const before = order[place + 1];
    if (id === undefined) continue;
    const next = at[at.indexOf(id) + 1];
    if (next === before) continue;
    at.splice(at.indexOf(id), 1);
    at.splice(before === undefined ? at.length : at.indexOf(before), 0, id);
    edits.push({ op: "move", ...target, path: [...target.path, { item: id }], ...(before ? { before } : {}) });
  }
  for (const row of wanted)
    for (const [place, id] of row.entries()) {
      const beside = place > 0;
      const had = now.find((one) => one.id === id)?.item[BESIDE] === true;
      if (beside !== had)
        edits.push({
          op: "field",
          ...target,
          path: [...target.path, { item: id }, BESIDE],
          ...(beside ? { value: true } : {}),
        });
    }
  return edits;
}

/** One step with an arrow key; nothing where it cannot go there. */
export function stepped(grid: Grid, id: string, step: "left" | "right" | "up" | "down"): string[][] | undefined {
  const row = grid.findIndex((row) => row.some((one) => one.id === id));
  const here = grid[row];
  if (!here) return undefined;
  const place = here.findIndex((one) => one.id === id);
  if (step === "left") return place > 0 ? moved(grid, id, { row, place: place - 1, alone: false }) : undefined;
  if (step === "right")
    return place < here.length - 1 ? moved(grid, id, { row, place: place + 2, alone: false }) : undefined;
  const next = step === "up" ? row - 1 : row + 1;
  // Out of a row with others first into a row of its own, then into the next one.
  if (here.length > 1) return moved(grid, id, { row: step === "up" ? row : row + 1, place: 0, alone: true });
  const there = grid[next];
  return there ? moved(grid, id, { row: next, place: Math.min(place, there.length), alone: false }) : undefined;
}
