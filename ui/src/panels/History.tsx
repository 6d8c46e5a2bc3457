import { ArchiveRestore, History as HistoryIcon, Workflow } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Deed, DeletedFlow } from "../api";
import { cx, EmptyState, IconButton, PanelHead, useBot, useOpenBot } from "../components";
import { many, spoken, t } from "../words";

/** What was done, the newest first; a click goes there and back. Above it the flows that were deleted. */
export function History() {
  const bot = useOpenBot();
  const revision = useBot((bot) => bot.mirror.revision);
  const linked = useBot((bot) => bot.linked);
  const [deeds, setDeeds] = useState<Deed[] | undefined>(undefined);
  const [all, setAll] = useState(0);
  const [deleted, setDeleted] = useState<DeletedFlow[]>([]);
  const list = useRef<HTMLDivElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew whenever the bot has changed
  useEffect(() => {
    let gone = false;
    // Typing changes the bot many times a second; the list may follow a moment later.
    const timer = setTimeout(
      () =>
        Promise.all([bot.history(), bot.deleted()]).then(
          ([history, { flows }]) => {
            if (gone) return;
            setDeeds(history.deeds);
            setAll(history.all);
            setDeleted(flows);
          },
          () => {},
        ),
      deeds ? 120 : 0,
    );
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [bot, revision]);

  const now = Date.now();
  const stands = deeds?.find((deed) => deed.stands)?.at ?? (deeds && deeds.length < all ? all - deeds.length : 0);
  const onKeyDown = (event: KeyboardEvent) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>("button[data-at]") ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    rows[to]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  const row = (at: number, label: string, stood: boolean, time: number | undefined) => (
    <button
      key={at}
      type="button"
      data-at={at}
      aria-current={at === stands ? "step" : undefined}
      disabled={!linked}
      title={at === stands ? undefined : stood ? t("Go back to here") : t("Do again up to here")}
      onClick={() => at !== stands && bot.goTo(at)}
      className={cx(
        "flex h-7 w-full items-center gap-2 rounded-md px-1.5 text-left text-sm focus-visible:-outline-offset-2",
        at === stands ? "bg-accent-soft font-medium text-ink" : "hover:bg-hover",
        stood ? "text-ink-2" : "text-ink-3",
      )}
    >
      <span
        className={cx(
          "size-1.5 shrink-0 rounded-full",
          at === stands ? "bg-accent" : stood ? "bg-line-strong" : "border border-line-strong",
        )}
        aria-hidden
      />
      <span className={cx("min-w-0 flex-1 truncate", !stood && "line-through decoration-line-strong")}>{label}</span>
      {!stood && <span className="sr-only">{t("taken back")}</span>}
      {time !== undefined && <span className="shrink-0 text-xs font-normal text-ink-3">{ago(time, now)}</span>}
    </button>
  );

  return (
    <div className="flex min-h-0 flex-1 flex-col" data-testid="history">
      {deleted.length > 0 && (
        <section
          aria-label={t("Deleted flows")}
          className="max-h-1/3 shrink-0 overflow-y-auto border-b border-line pb-2"
        >
          <PanelHead title={t("Deleted flows")} />
          {deleted.map((flow) => (
            <div
              key={flow.path}
              className="mx-1.5 flex h-8 items-center gap-2 rounded-md pr-1 pl-1.5 text-sm text-ink-2"
            >
              <Workflow size={14} className="shrink-0 text-ink-3" aria-hidden />
              <span className="min-w-0 flex-1 truncate" title={flow.path}>
                {flow.name}
                <span className="text-xs text-ink-3"> · {many(flow.nodes, "{n} node", "{n} nodes")}</span>
              </span>
              <IconButton
                small
                icon={ArchiveRestore}
                label={t("Bring back {name}", { name: flow.name })}
                disabled={!linked}
                onClick={async () => {
                  if (await bot.bringBack(t("Bring back {name}", { name: flow.name }), flow.path))
                    bot.view.show(flow.path);
                }}
              />
            </div>
          ))}
        </section>
      )}
      <PanelHead title={t("History")} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows walk through what is inside */}
      <div ref={list} className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-3" onKeyDown={onKeyDown}>
        {deeds?.map((deed) => row(deed.at, deed.label, deed.stands, deed.time))}
        {deeds && deeds.length > 0 && deeds.length === all && row(0, t("As it was at first"), true, undefined)}
        {deeds && deeds.length < all && (
          <p className="px-2 py-2 text-xs text-ink-3">{t("What was done before is reached with Undo.")}</p>
        )}
        {deeds?.length === 0 && (
          <EmptyState
            icon={HistoryIcon}
            title={t("Nothing done yet")}
            text={t("Each change is listed here, and can be taken back.")}
          />
        )}
      </div>
    </div>
  );
}

function ago(time: number, now: number): string {
  const seconds = Math.max(0, Math.round(now / 1000 - time));
  const said = new Intl.RelativeTimeFormat(spoken(), { numeric: "auto", style: "narrow" });
  if (seconds < 60) return t("now");
  if (seconds < 3600) return said.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86400) return said.format(-Math.floor(seconds / 3600), "hour");
  return said.format(-Math.floor(seconds / 86400), "day");
}
