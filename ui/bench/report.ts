export type Row = {
  what: string;
  unit: string;
  ours: number | undefined;
  bare?: number | undefined;
  /** Bare React Flow with `onlyRenderVisibleElements`. */
  visible?: number | undefined;
  aim?: { says: string; met: boolean };
};

export function table(rows: readonly Row[]): string {
  const head = ["figure", "Nexus", "bare React Flow", "Nexus ÷ bare", "bare, visible only", "aim", "met"];
  const lines = rows.map(({ what, unit, ours, bare, visible, aim }) => [
    what,
    shown(ours, unit),
    shown(bare, unit),
    ours !== undefined && bare ? (ours / bare).toFixed(2) : "–",
    shown(visible, unit),
    aim?.says ?? "–",
    aim ? (aim.met ? "yes" : "NO") : "–",
  ]);
  const widths = head.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)));
  const row = (cells: string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [row(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...lines.map(row)].join("\n");
}

function shown(value: number | undefined, unit: string): string {
  if (value === undefined) return "–";
  return `${Math.abs(value) < 10 ? value.toFixed(1) : Math.round(value).toString()} ${unit}`;
}
