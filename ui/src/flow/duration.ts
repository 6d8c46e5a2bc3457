/** Durations as the engine reads them: `90s`, `1h 30m`. */

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** In milliseconds; nothing where it is none. */
export function durationOf(text: string): number | undefined {
  const tidy = text.trim();
  if (!/^(\d+\s*[a-z]+\s*)+$/i.test(tidy)) return undefined;
  let total = 0;
  for (const [, count, unit] of tidy.matchAll(/(\d+)\s*([a-z]+)/gi)) {
    const length = UNITS[unit ?? ""];
    if (length === undefined) return undefined;
    total += Number(count) * length;
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

export type Span = { unit: "week" | "day" | "hour" | "minute" | "second" | "millisecond"; count: number };

/** A duration in the units that people say it in, the largest first. */
export function spansOf(milliseconds: number): Span[] {
  const spans: Span[] = [];
  let rest = milliseconds;
  for (const [unit, length] of [
    ["day", UNITS.d],
    ["hour", UNITS.h],
    ["minute", UNITS.m],
    ["second", UNITS.s],
    ["millisecond", 1],
  ] as [Span["unit"], number][]) {
    const count = Math.floor(rest / length);
    if (count > 0) spans.push({ unit, count });
    rest -= count * length;
  }
  return spans;
}

/** In the words of a language, such as `1 hour, 30 minutes`. */
export function durationInWords(milliseconds: number, language: string): string {
  const spans = spansOf(milliseconds);
  const said = (spans.length > 0 ? spans : [{ unit: "second", count: 0 } as Span]).map(({ unit, count }) =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count),
  );
  return new Intl.ListFormat(language, { type: "unit", style: "short" }).format(said);
}
