import { ChevronRight } from "lucide-react";
import { useBot, useOpenBot } from "../components";
import { t } from "../words";

/** The way through calls into the flow in view, and back out. */
export function Callers() {
  const bot = useOpenBot();
  const callers = useBot((bot) => bot.view.callers);
  const name = useBot((bot) => bot.flow?.name);
  if (callers.length === 0) return null;
  return (
    <nav className="nx-callers" aria-label={t("The way here")}>
      {callers.map((path) => (
        <span key={path} className="flex items-center">
          <button type="button" onClick={() => bot.view.leave(path)}>
            {bot.mirror.flows.get(path)?.name ?? path}
          </button>
          <ChevronRight size={13} className="text-ink-3" aria-hidden />
        </span>
      ))}
      <span className="px-1.5 font-medium" aria-current="page">
        {name}
      </span>
    </nav>
  );
}
