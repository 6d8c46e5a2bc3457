/** Cron lines of five parts, as the engine reads them, with what comes next and the plain schedules that they can say. */

export type Cron = {
  minute: Set<number>;
  hour: Set<number>;
  day: Set<number>;
  month: Set<number>;
  weekday: Set<number>;
};

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/** What an hour that the clock leaves out is looked for in: no place on earth moves it by more. */
const LONGEST_GAP = 3 * 60;
const YEARS = 8;
const MINUTE = 60_000;

/** Nothing where it is none, or says what only the engine understands (`L`, `W`, `#`). */
export function cronOf(line: string): Cron | undefined {
  const parts = line.trim().split(/\s+/);
  if (parts.length !== 5) return undefined;
  const [minute, hour, day, month, weekday] = parts as [string, string, string, string, string];
  const cron = {
    minute: numbers(minute, 0, 59),
    hour: numbers(hour, 0, 23),
    day: numbers(day, 1, 31),
    month: numbers(named(month, MONTHS, 1), 1, 12),
    weekday: numbers(named(weekday, DAYS, 0), 0, 7),
  };
  if (cron.weekday?.delete(7)) cron.weekday.add(0);
  return Object.values(cron).every((set) => set !== undefined && set.size > 0) ? (cron as Cron) : undefined;
}

function named(part: string, names: readonly string[], from: number): string {
  return part.replace(/[a-z]{3}/gi, (name) => {
    const at = names.indexOf(name.toLowerCase());
    return at < 0 ? name : String(at + from);
  });
}

function numbers(part: string, least: number, most: number): Set<number> | undefined {
  const found = new Set<number>();
  for (const piece of part.split(",")) {
    const match = /^(?:(\*|\?)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(piece);
    if (!match) return undefined;
    const [, star, start, end, step] = match;
    const from = star ? least : Number(start);
    const to = star ? (most === 7 ? 6 : most) : end !== undefined ? Number(end) : step !== undefined ? most : from;
    const by = step === undefined ? 1 : Number(step);
    if (by < 1 || from < least || to > most || from > to) return undefined;
    for (let at = from; at <= to; at += by) found.add(at);
  }
  return found;
}

/** The moments after `after`, in milliseconds. */
export function nextTimes(cron: Cron, zone: string, after: number, count: number): number[] {
  const found: number[] = [];
  const local = wall(after, zone);
  const day = new Date(Date.UTC(local.year, local.month - 1, local.day));
  const hours = [...cron.hour].sort((a, b) => a - b);
  const minutes = [...cron.minute].sort((a, b) => a - b);
  for (let tries = 0; tries < 366 * YEARS && found.length < count; tries++, day.setUTCDate(day.getUTCDate() + 1)) {
    if (!onDay(cron, day)) continue;
    for (const hour of hours)
      for (const minute of minutes) {
        const at = instant(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate(), hour, minute, zone);
        if (at > after && at !== found.at(-1) && found.length < count) found.push(at);
      }
  }
  return found;
}

/** Where both days are told, either is enough: so it is with cron. */
function onDay(cron: Cron, day: Date): boolean {
  if (!cron.month.has(day.getUTCMonth() + 1)) return false;
  const ofMonth = cron.day.has(day.getUTCDate());
  const ofWeek = cron.weekday.has(day.getUTCDay());
  return cron.day.size < 31 && cron.weekday.size < 7 ? ofMonth || ofWeek : ofMonth && ofWeek;
}

type Wall = { year: number; month: number; day: number; hour: number; minute: number };
const clocks = new Map<string, Intl.DateTimeFormat>();

function wall(at: number, zone: string): Wall {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-u-hc-h23", {
      timeZone: zone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    clocks.set(zone, clock);
  }
  const parts = Object.fromEntries(clock.formatToParts(at).map((part) => [part.type, Number(part.value)]));
  return parts as unknown as Wall;
}

/** The first moment that a clock shows this; in an hour that is left out, right after it. */
function instant(year: number, month: number, day: number, hour: number, minute: number, zone: string): number {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  const shown = (at: number) => {
    const { year, month, day, hour, minute } = wall(at, zone);
    return Date.UTC(year, month - 1, day, hour, minute);
  };
  const offsets = [
    shown(wanted - 86_400_000) - (wanted - 86_400_000),
    shown(wanted + 86_400_000) - (wanted + 86_400_000),
  ];
  const fits = offsets.map((offset) => wanted - offset).filter((at) => shown(at) === wanted);
  if (fits.length > 0) return Math.min(...fits);
  let at = wanted - Math.max(...offsets);
  for (let minutes = 0; minutes < LONGEST_GAP && shown(at) < wanted; minutes++) at += MINUTE;
  return at;
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** A schedule in the builder's words. */
export type Plain =
  | { when: "day" | "workday"; at: string }
  | { when: "week"; weekday: string; at: string }
  | { when: "month"; day: number; at: string };

/** The plain schedule that a cron line says, if it says one. */
export function plainOf(line: string): Plain | undefined {
  const match = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|\d|1-5|mon-fri|sun|mon|tue|wed|thu|fri|sat)$/i.exec(
    line.trim().replace(/\s+/g, " "),
  );
  if (!match || !cronOf(line)) return undefined;
  const [, minute = "", hour = "", day = "", weekday = ""] = match;
  const at = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (day !== "*") return weekday === "*" ? { when: "month", day: Number(day), at } : undefined;
  if (weekday === "*") return { when: "day", at };
  if (/^(1-5|mon-fri)$/i.test(weekday)) return { when: "workday", at };
  const named = DAYS.indexOf(weekday.toLowerCase());
  return { when: "week", weekday: String((named < 0 ? Number(weekday) : named) % 7), at };
}

/** The cron line of a plain schedule. */
export function lineOf(plain: Plain): string | undefined {
  const clock = /^(\d{1,2}):(\d{1,2})$/.exec(plain.at.trim());
  if (!clock) return undefined;
  const start = `${Number(clock[2])} ${Number(clock[1])}`;
  const line =
    plain.when === "month"
      ? `${start} ${plain.day} * *`
      : plain.when === "week"
        ? `${start} * * ${plain.weekday}`
        : `${start} * * ${plain.when === "workday" ? "1-5" : "*"}`;
  return cronOf(line) ? line : undefined;
}
