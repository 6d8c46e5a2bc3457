import { expect, test } from "vitest";
import { node } from "./sample";
import { condition, told } from "./telling";

test.each([
  ["bot.total > 100", "bot.total is more than 100"],
  ['user.name=="Ada" and user.age>=18', "user.name is “Ada” and user.age is at least 18"],
  ["user.vip", "user.vip"],
  ['text != "a < b"', "text is not “a < b”"],
])("%s in words", (expr, words) => expect(condition(expr)).toBe(words));

test.each([
  [{ when: "workday", at: "09:00", zone: "Europe/Berlin" }, "Monday to Friday 09:00 Berlin"],
  [{ when: "week", weekday: "0", at: "18:30", zone: "UTC" }, "Every Sunday 18:30 UTC"],
  [{ when: "month", day: 3, at: "08:00" }, "Every month on day 3 08:00 UTC"],
  [{ when: "interval", every: "10m" }, "Every 10m"],
  [{ when: "interval" }, undefined],
])("a schedule in words %j", (fields, words) => expect(told(node("trigger.schedule", fields))).toBe(words));

test("loops and delays", () => {
  expect(told(node("logic.loop", { over: "list", list: { $expr: "bot.orders" } }))).toBe("For each of bot.orders");
  expect(told(node("logic.delay", { until: "clock", clock: "09:00" }))).toBe("Waits until 09:00");
  expect(told(node("message.send"))).toBeUndefined();
});
