import type { Node } from "../api";
import { t } from "../words";
import { plain, tagged } from "./values";

/** What a card says where filling in a sentence of the kind would not read well. */

export function told(node: Node): string | undefined {
  const text = (name: string) => plain(node.fields[name]);
  switch (node.kind) {
    case "trigger.schedule":
      return schedule(node);
    case "logic.delay":
      if (node.fields.until === "clock") return text("clock") && t("Waits until {time}", { time: text("clock") });
      if (node.fields.until === "moment") return text("moment") && t("Waits until {time}", { time: text("moment") });
      return text("for") && t("Waits {time}", { time: text("for") });
    case "logic.loop":
      if (node.fields.over === "times") return text("times") && t("{n} times", { n: text("times") });
      if (node.fields.over === "while")
        return text("while") && t("While {condition}", { condition: condition(text("while")) });
      return text("list") && t("For each of {list}", { list: text("list") });
    default:
      return undefined;
  }
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function schedule(node: Node): string | undefined {
  const { when, weekday } = node.fields;
  const text = (name: string, usual = "") => plain(node.fields[name]) || usual;
  const time = text("at", "09:00");
  const at = (said: string) => {
    const zone = text("zone", "UTC");
    const city = zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
    return `${said} ${time} ${city}`;
  };
  if (when === "interval") return text("every") ? t("Every {time}", { time: text("every") }) : undefined;
  if (when === "cron") return text("cron") || undefined;
  if (when === "workday") return at(t("Monday to Friday"));
  if (when === "week") return at(t("Every {day}", { day: t(DAYS[Number(plain(weekday) || "1")] ?? "Monday") }));
  if (when === "month") return at(t("Every month on day {n}", { n: text("day", "1") }));
  return at(t("Every day"));
}

const WORDS: readonly [RegExp, string][] = [
  [/\s*==\s*/g, "is"],
  [/\s*!=\s*/g, "is not"],
  [/\s*>=\s*/g, "is at least"],
  [/\s*<=\s*/g, "is at most"],
  [/\s*>\s*/g, "is more than"],
  [/\s*<\s*/g, "is less than"],
];

/** An expression as a condition in words: comparisons are said, texts in quotes and all else stand as they are. */
export function condition(expr: string): string {
  return expr
    .split(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/)
    .map((part, at) =>
      at % 2 === 1
        ? `“${part.slice(1, -1)}”`
        : WORDS.reduce((said, [sign, word]) => said.replace(sign, ` ${t(word)} `), part),
    )
    .join("")
    .replace(/[ \t]{2,}/g, " ")
    .trim();
}

/** A value that is a condition, in words. */
export function conditionSaid(value: Node["fields"][string] | undefined): string {
  const expr = tagged(value, "$expr");
  return condition(expr === undefined ? plain(value) : String(expr));
}
