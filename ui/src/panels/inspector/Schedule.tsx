import { CalendarClock } from "lucide-react";
import type { Value } from "../../api";
import { Button, useOpenBot } from "../../components";
import { cronOf, durationInWords, durationOf, isZone, lineOf, nextTimes, type Plain, plain, plainOf } from "../../flow";
import { spoken, t } from "../../words";

type Fields = { [key in string]: Value };

/** What a schedule comes to: in words, and the next three times. Also the way from a cron line to plain settings, and back. */
export function Schedule(props: { flow: string; node: string; fields: Fields; disabled: boolean }) {
  const { fields, disabled } = props;
  const bot = useOpenBot();
  const when = plain(fields.when) || "day";
  const zone = plain(fields.zone) || "UTC";
  const now = Date.now();
  const set = (label: string, values: { [name in string]: Value | undefined }) =>
    bot.change(
      label,
      Object.entries(values).map(([name, value]) => ({
        op: "field" as const,
        flow: props.flow,
        node: props.node,
        path: [name],
        ...(value === undefined ? {} : { value }),
      })),
    );
  const built = when === "cron" ? plainOf(plain(fields.cron)) : plainFrom(when, fields);
  const line = when === "cron" ? plain(fields.cron) : built && lineOf(built);
  const cron = line === undefined ? undefined : cronOf(line);
  const every = when === "interval" ? durationOf(plain(fields.every)) : undefined;
  const times =
    every !== undefined && every >= 60_000
      ? [1, 2, 3].map((count) => (Math.floor(now / every) + count) * every)
      : cron && isZone(zone)
        ? nextTimes(cron, zone, now, 3)
        : [];
  const said = built
    ? words(built)
    : every !== undefined
      ? t("Every {span}", { span: durationInWords(every, spoken()) })
      : undefined;
  const shown = new Intl.DateTimeFormat(spoken(), {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: times.some((at) => new Date(at).getFullYear() !== new Date(now).getFullYear()) ? "numeric" : undefined,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(isZone(zone) && when !== "interval" ? { timeZone: zone } : {}),
  });
  return (
    <section aria-label={t("When it happens")} className="rounded-lg bg-sunken p-2.5" data-testid="schedule">
      {said && (
        <p className="flex items-center gap-1.5 text-sm font-medium">
          <CalendarClock size={13} className="shrink-0 text-ink-3" aria-hidden />
          {said}
        </p>
      )}
      {times.length > 0 ? (
        <>
          <p className={said ? "pt-1.5 text-xs text-ink-3" : "text-xs text-ink-3"}>
            {when === "interval"
              ? t("The next times")
              : t("The next times, in {zone}", { zone: zone.replaceAll("_", " ") })}
          </p>
          <ol className="text-sm text-ink-2">
            {times.map((at) => (
              <li key={at}>
                <time dateTime={new Date(at).toISOString()}>{shown.format(at)}</time>
              </li>
            ))}
          </ol>
        </>
      ) : (
        <p className="text-sm text-ink-3">
          {cron ? t("It never comes to that.") : t("Fill this in to see the next times.")}
        </p>
      )}
      {!disabled && when === "cron" && built && (
        <Button className="mt-2" onClick={() => set(t("Use plain settings"), { ...settings(built), cron: undefined })}>
          {t("Use plain settings")}
        </Button>
      )}
      {!disabled && when !== "cron" && line !== undefined && (
        <Button
          tone="quiet"
          className="mt-1 -ml-1.5 h-6! px-1.5! text-xs!"
          onClick={() => set(t("Write as a cron line"), { when: "cron", cron: line })}
        >
          {t("Write as a cron line")}
        </Button>
      )}
    </section>
  );
}

function plainFrom(when: string, fields: Fields): Plain | undefined {
  const at = plain(fields.at) || "09:00";
  const plainly: Plain | undefined =
    when === "day" || when === "workday"
      ? { when, at }
      : when === "week"
        ? { when, weekday: plain(fields.weekday) || "1", at }
        : when === "month"
          ? { when, day: Number(plain(fields.day) || 1), at }
          : undefined;
  return plainly && lineOf(plainly) ? plainly : undefined;
}

function settings(built: Plain): { [name in string]: Value } {
  return { ...built };
}

function words(built: Plain): string {
  const { at } = built;
  switch (built.when) {
    case "day":
      return t("Every day at {at}", { at });
    case "workday":
      return t("Monday to Friday at {at}", { at });
    case "month":
      return t("On day {day} of each month at {at}", { day: built.day, at });
    case "week": {
      // The first of January 2023 was a Sunday.
      const day = new Date(Date.UTC(2023, 0, 1 + Number(built.weekday)));
      const name = new Intl.DateTimeFormat(spoken(), { weekday: "long", timeZone: "UTC" }).format(day);
      return t("Every {day} at {at}", { day: name, at });
    }
  }
}
