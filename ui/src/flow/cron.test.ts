import { expect, test } from "vitest";
import { cronOf, lineOf, nextTimes, plainOf } from "./cron";
import { durationInWords, durationOf } from "./duration";

const next = (line: string, after: string, zone = "UTC") => {
  const cron = cronOf(line);
  return cron && nextTimes(cron, zone, Date.parse(after), 3).map((at) => new Date(at).toISOString().slice(0, 16));
};

// The same as the engine's own.
test.each([
  ["0 9 * * *", "2026-01-02T09:00:00Z", "UTC", ["2026-01-03T09:00", "2026-01-04T09:00", "2026-01-05T09:00"]],
  ["5 7 * * 1-5", "2026-01-02T09:00:00Z", "UTC", ["2026-01-05T07:05", "2026-01-06T07:05", "2026-01-07T07:05"]],
  ["0 9 * * 0", "2026-01-02T09:00:00Z", "UTC", ["2026-01-04T09:00", "2026-01-11T09:00", "2026-01-18T09:00"]],
  ["0 9 31 * *", "2026-01-02T09:00:00Z", "UTC", ["2026-01-31T09:00", "2026-03-31T09:00", "2026-05-31T09:00"]],
  ["*/20 8 * * *", "2026-01-02T09:00:00Z", "UTC", ["2026-01-03T08:00", "2026-01-03T08:20", "2026-01-03T08:40"]],
  ["30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin", ["2026-03-29T01:00", "2026-03-30T00:30", "2026-03-31T00:30"]],
  ["30 2 * * *", "2026-10-24T12:00:00Z", "Europe/Berlin", ["2026-10-25T00:30", "2026-10-26T01:30", "2026-10-27T01:30"]],
  ["0 12 1 * MON", "2026-01-02T09:00:00Z", "UTC", ["2026-01-05T12:00", "2026-01-12T12:00", "2026-01-19T12:00"]],
])("%s after %s in %s", (line, after, zone, expected) => expect(next(line, after, zone)).toEqual(expected));

test.each(["61 * * * *", "0 0 9 * * *", "0 9 L * *", "", "a b c d e", "5-1 * * * *"])("%s is none", (line) =>
  expect(cronOf(line)).toBeUndefined(),
);

test.each([
  ["0 9 * * *", { when: "day", at: "09:00" }],
  ["5 17 * * 1-5", { when: "workday", at: "17:05" }],
  ["0 9 * * 0", { when: "week", weekday: "0", at: "09:00" }],
  ["0 9 31 * *", { when: "month", day: 31, at: "09:00" }],
] as const)("%s in plain words, and back", (line, plain) => {
  expect(plainOf(line)).toEqual(plain);
  expect(lineOf(plain)).toBe(line);
});

test("what no plain schedule says", () => {
  for (const line of ["*/5 * * * *", "0 9 1 * 1", "0 9 * 3 *"]) expect(plainOf(line)).toBeUndefined();
  expect(lineOf({ when: "day", at: "25:00" })).toBeUndefined();
});

test("durations", () => {
  expect(durationOf("1h 30m")).toBe(5_400_000);
  expect(durationOf("250ms")).toBe(250);
  for (const none of ["", "5", "m", "5 parsecs", "1.5h"]) expect(durationOf(none)).toBeUndefined();
  expect(durationInWords(5_400_000, "en")).toBe("1 hour, 30 minutes");
  expect(durationInWords(0, "en")).toBe("0 seconds");
});
