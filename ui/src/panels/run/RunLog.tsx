import { useLayoutEffect, useRef } from "react";
import type { RunLine } from "../../api";
import { Button, cx, useOpenBot, useRun } from "../../components";
import { t } from "../../words";

const SHOWN = 60;

const INKS: Record<RunLine["tone"], string> = {
  quiet: "text-ink-3",
  plain: "text-ink",
  good: "text-done",
  warning: "text-warning",
  error: "text-error",
};

/** What happened lately, the latest below and in view. */
export function RunLog({ onLeave }: { onLeave(): void }) {
  const bot = useOpenBot();
  const lines = useRun((run) => run.lines);
  const box = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end stays in view as lines come
  useLayoutEffect(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [lines]);
  const show = (line: RunLine) => {
    const flow = line.flow === undefined ? undefined : bot.mirror.flowById(line.flow);
    if (!flow || line.node === undefined) return;
    bot.view.go(flow.path, line.node);
    onLeave();
  };
  return (
    <section aria-label={t("What happened")} className="border-t border-line">
      <h3 className="px-3 pt-2 pb-1 text-xs font-semibold text-ink-3">{t("What happened")}</h3>
      {lines.length === 0 ? (
        <p className="px-3 pb-3 text-sm text-ink-3">{t("Nothing yet. What goes on while the bot runs shows here.")}</p>
      ) : (
        <ol
          ref={box}
          role="log"
          aria-label={t("What happened")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
          tabIndex={0}
          className="flex max-h-48 flex-col gap-0.5 overflow-y-auto px-3 pb-2"
          data-selectable
        >
          {lines.slice(-SHOWN).map((line) => (
            <li key={line.seq} className="flex items-baseline gap-2 text-sm">
              <time className="shrink-0 text-xs text-ink-3">{clock(line.at)}</time>
              <span className={cx("min-w-0 flex-1 break-words", INKS[line.tone])}>{line.text}</span>
              {line.node !== undefined && (
                <Button tone="quiet" className="h-5!" onClick={() => show(line)}>
                  {t("Show")}
                </Button>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
