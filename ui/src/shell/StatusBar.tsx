import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { useBot, useShows } from "../components";
import { many, spoken, t } from "../words";

export function StatusBar({ onProblems }: { onProblems(): void }) {
  const { error, warning } = useBot((bot) => bot.mirror.trouble.total);
  const selected = useBot((bot) => bot.view.nodes.size);
  const nodes = useBot((bot) => bot.flow?.nodes.size ?? 0);
  const { technical } = useShows();
  const root = useBot((bot) => bot.mirror.root);
  return (
    <footer className="flex h-6 shrink-0 items-center gap-3 border-t border-line bg-panel px-2 text-xs text-ink-3">
      <button
        type="button"
        data-testid="problem-count"
        aria-label={`${t("Problems")}: ${many(error, "{n} error", "{n} errors")}, ${many(warning, "{n} warning", "{n} warnings")}`}
        onClick={onProblems}
        className="flex h-5 items-center gap-1.5 rounded px-1.5 hover:bg-hover hover:text-ink-2 focus-visible:-outline-offset-2"
      >
        {error + warning === 0 ? (
          <>
            <CircleCheck size={12} className="text-done" aria-hidden /> {t("No problems")}
          </>
        ) : (
          <>
            <CircleAlert size={12} className={error > 0 ? "text-error" : ""} aria-hidden /> {error}
            <TriangleAlert size={12} className={warning > 0 ? "text-warning" : ""} aria-hidden /> {warning}
          </>
        )}
      </button>
      <span className="flex-1" />
      {technical && (
        <span className="truncate" title={root} data-selectable>
          {root}
        </span>
      )}
      <span className="shrink-0">
        {selected > 0
          ? t("{n} of {all} selected", { n: selected.toLocaleString(spoken()), all: nodes.toLocaleString(spoken()) })
          : many(nodes, "{n} node", "{n} nodes")}
      </span>
    </footer>
  );
}
