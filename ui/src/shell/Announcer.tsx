import { useEffect, useRef, useState } from "react";
import { useBot, useOpenBot } from "../components";
import { many, t } from "../words";

/** Says to those who do not see the canvas what has just happened to the bot, and how many problems it has now. */
export function Announcer() {
  const bot = useOpenBot();
  const last = useBot((bot) => bot.mirror.last);
  const { error, warning } = useBot((bot) => bot.mirror.trouble.total);
  const [said, setSaid] = useState("");
  const [trouble, setTrouble] = useState("");
  const before = useRef(error + warning);

  useEffect(() => {
    if (!last) return;
    const undone = last.label.match(/^(Undo|Redo): (.*)$/);
    const what = undone?.[2];
    // Typing is heard as it is typed.
    const typing = document.activeElement?.matches("input, textarea, [contenteditable=true]");
    if (what !== undefined)
      setSaid(undone?.[1] === "Undo" ? t("Taken back: {what}", { what }) : t("Done again: {what}", { what }));
    else if (last.client === bot.client && !typing) setSaid(t("Done: {what}", { what: last.label }));
    else if (last.client !== bot.client) setSaid(t("Changed elsewhere: {what}", { what: last.label }));
  }, [last, bot]);

  useEffect(() => {
    const now = error + warning;
    if (now === before.current) return;
    const timer = setTimeout(() => {
      before.current = now;
      setTrouble(now === 0 ? t("No problems") : many(now, "{n} problem", "{n} problems"));
    }, 1000);
    return () => clearTimeout(timer);
  }, [error, warning]);

  return (
    <div className="sr-only" aria-live="polite" data-testid="announcer">
      <p>{said}</p>
      <p>{trouble}</p>
    </div>
  );
}
