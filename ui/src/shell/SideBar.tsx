import { History as HistoryIcon, ListTree, type LucideIcon, Search as SearchIcon, Workflow } from "lucide-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import type { Named } from "../api";
import { cx, Tooltip, useBot, useShows } from "../components";
import type { Query } from "../flow";
import { Explorer, History, Names, Outline, Search } from "../panels";
import { t } from "../words";

export type Side = "flows" | "outline" | "search" | "history";

const TABS: { side: Side; icon: LucideIcon; label: () => string; keys?: string }[] = [
  { side: "flows", icon: Workflow, label: () => t("Flows") },
  { side: "outline", icon: ListTree, label: () => t("Outline"), keys: "Mod+Shift+O" },
  { side: "search", icon: SearchIcon, label: () => t("Search in all flows"), keys: "Mod+Shift+F" },
  { side: "history", icon: HistoryIcon, label: () => t("History"), keys: "Mod+Shift+H" },
];

/** The left column: what the bot is made of, one view of it at a time. */
export function SideBar(props: { side: Side; onSide(side: Side): void; onEdit(): void; onJoin(id: string): void }) {
  const { side, onSide } = props;
  const { technical } = useShows();
  const asked = useBot((bot) => bot.view.asked);
  const [query, setQuery] = useState<Query>({ words: "", matchCase: false, wholeWord: false, regex: false });
  const [uses, setUses] = useState<Named | undefined>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new request counts
  useEffect(() => {
    if (!asked) return;
    if ("uses" in asked) setUses(asked.uses);
    onSide("uses" in asked ? "search" : "flows");
  }, [asked]);

  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const at = (TABS.findIndex((tab) => tab.side === side) + by + TABS.length) % TABS.length;
    const next = TABS[at]?.side ?? "flows";
    onSide(next);
    document.getElementById(`side-${next}`)?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div
        role="tablist"
        aria-label={t("Left panel")}
        className="flex h-9 shrink-0 items-center gap-0.5 border-b border-line px-1.5"
        onKeyDown={onKeyDown}
      >
        {TABS.map((tab) => (
          <Tooltip key={tab.side} label={tab.label()} keys={tab.keys}>
            <button
              type="button"
              role="tab"
              id={`side-${tab.side}`}
              aria-label={tab.label()}
              aria-selected={tab.side === side}
              aria-controls="side-panel"
              tabIndex={tab.side === side ? 0 : -1}
              onClick={() => {
                if (tab.side === "search") setUses(undefined);
                onSide(tab.side);
              }}
              className={cx(
                "flex h-7 w-9 items-center justify-center rounded-md",
                tab.side === side ? "bg-press text-ink" : "text-ink-3 hover:bg-hover hover:text-ink",
              )}
            >
              <tab.icon size={15} aria-hidden />
            </button>
          </Tooltip>
        ))}
      </div>
      <div role="tabpanel" id="side-panel" aria-labelledby={`side-${side}`} className="flex min-h-0 flex-1 flex-col">
        {side === "flows" && (
          <>
            <Explorer />
            {technical && <Names />}
          </>
        )}
        {side === "outline" && <Outline onEdit={props.onEdit} onJoin={props.onJoin} />}
        {side === "search" && <Search query={query} onQuery={setQuery} uses={uses} onUses={setUses} />}
        {side === "history" && <History />}
      </div>
    </>
  );
}
