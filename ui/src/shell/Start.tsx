import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bot, FolderOpen, Plus, X } from "lucide-react";
import { useState } from "react";
import { type Api, type BotView, Failure } from "../api";
import { Button, cx, EmptyState, IconButton, toast } from "../components";
import { spoken, t } from "../words";
import { Folders } from "./Folders";
import { Mark } from "./Toolbar";

/** Where everything begins: the bots worked on lately, another one from disk, or a new one. */
export function Start(props: {
  api: Api;
  version: string;
  newer: string | undefined;
  onSettings(): void;
  onOpened(view: BotView): void;
}) {
  const { api } = props;
  const cache = useQueryClient();
  const [purpose, setPurpose] = useState<"open" | "create" | undefined>(undefined);
  const [busy, setBusy] = useState<string | undefined>(undefined);
  const recent = useQuery({ queryKey: ["recent"], queryFn: () => api.rpc("bot.recent", {}), retry: 1 });

  const open = async (what: string, view: Promise<BotView>) => {
    setBusy(what);
    try {
      props.onOpened(await view);
    } catch (thrown) {
      const failure = Failure.from(thrown);
      toast(failure.message, failure.hint, "error");
    } finally {
      setBusy(undefined);
    }
  };
  const openRoot = (root: string) => open(root, api.rpc("bot.open", { root }));
  const forget = async (root: string) => {
    await api.rpc("bot.forget", { root }).catch(() => {});
    cache.invalidateQueries({ queryKey: ["recent"] });
  };
  const bots = recent.data?.bots ?? [];

  return (
    <main className="flex h-full flex-col items-center overflow-y-auto px-6">
      <div className="flex w-full max-w-140 flex-1 flex-col justify-center py-10">
        <div className="flex items-center gap-3.5 pb-7">
          <Mark size={44} />
          <div>
            <h1 className="text-lg font-semibold tracking-tight">Nexus Bots</h1>
            <p className="text-sm text-ink-3">{t("Draw a bot, talk to it, let it run.")}</p>
          </div>
          <span className="flex-1" />
          <span className="flex gap-2">
            <Button icon={FolderOpen} onClick={() => setPurpose("open")}>
              {t("Open folder")}
            </Button>
            <Button tone="primary" icon={Plus} onClick={() => setPurpose("create")}>
              {t("New bot")}
            </Button>
          </span>
        </div>
        <section aria-label={t("Recent bots")} className="overflow-hidden rounded-xl border border-line bg-panel">
          <h2 className="border-b border-line px-4 py-2 text-xs font-semibold text-ink-3">{t("Recent")}</h2>
          {recent.isPending && (
            <div className="flex flex-col gap-2 p-4" aria-busy>
              <div className="skeleton h-8" />
              <div className="skeleton h-8 w-4/5" />
            </div>
          )}
          {recent.isError && (
            <EmptyState title={Failure.from(recent.error).message} text={Failure.from(recent.error).hint ?? ""} />
          )}
          {recent.isSuccess && bots.length === 0 && (
            <EmptyState
              icon={Bot}
              title={t("No bots yet")}
              text={t("A bot is a folder of flows. Make one, and its first flow opens.")}
            />
          )}
          <ul className="p-1.5 empty:hidden">
            {bots.map((one) => (
              <li key={one.root} className="group relative">
                <button
                  type="button"
                  disabled={!one.exists || busy !== undefined}
                  onClick={() => openRoot(one.root)}
                  className="flex h-11 w-full items-center gap-3 rounded-lg px-2.5 text-left hover:bg-hover focus-visible:-outline-offset-2 disabled:hover:bg-transparent"
                >
                  <span
                    className={cx(
                      "flex size-7 shrink-0 items-center justify-center rounded-md",
                      one.exists ? "bg-accent-soft text-accent-ink" : "bg-hover text-ink-3",
                    )}
                  >
                    <Bot size={15} aria-hidden />
                  </span>
                  <span className="min-w-0 flex-1">
                    <span className={cx("block truncate text-sm font-medium", !one.exists && "text-ink-3")}>
                      {one.name}
                    </span>
                    <span className="block truncate text-xs text-ink-3">
                      {one.exists ? one.root : t("Not there any more: {path}", { path: one.root })}
                    </span>
                  </span>
                  <span className="shrink-0 pr-1 text-xs text-ink-3 group-hover:opacity-0">
                    {busy === one.root ? t("Opening") : since(one.opened)}
                  </span>
                </button>
                <IconButton
                  small
                  icon={X}
                  label={t("Remove {name} from this list", { name: one.name })}
                  className="absolute! top-2.5 right-2.5 opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
                  onClick={() => forget(one.root)}
                />
              </li>
            ))}
          </ul>
        </section>
        <p className="flex items-center justify-center gap-1 pt-3 text-xs text-ink-3">
          {props.version && t("Version {version}", { version: props.version })}
          <button type="button" className={FOOT} onClick={props.onSettings}>
            {props.newer ? (
              <span className="text-accent-ink">{t("{version} is available", { version: props.newer })}</span>
            ) : (
              t("Settings")
            )}
          </button>
        </p>
      </div>
      <Folders
        api={api}
        purpose={purpose}
        busy={busy !== undefined}
        onClose={() => setPurpose(undefined)}
        onOpen={openRoot}
        onCreate={(folder, name) => open(folder, api.rpc("bot.create", { folder, name }))}
      />
    </main>
  );
}

const FOOT = "h-6 rounded px-1.5 font-medium hover:bg-hover hover:text-ink-2";

function since(opened: string | null): string {
  const then = opened ? Date.parse(opened) : Number.NaN;
  if (Number.isNaN(then)) return "";
  const minutes = Math.round((Date.now() - then) / 60000);
  if (minutes < 1) return t("Just now");
  if (minutes < 60) return t("{n} min ago", { n: minutes });
  if (minutes < 60 * 24) return t("{n} h ago", { n: Math.round(minutes / 60) });
  const days = Math.round(minutes / 60 / 24);
  return days === 1
    ? t("Yesterday")
    : days < 30
      ? t("{n} days ago", { n: days })
      : new Date(then).toLocaleDateString(spoken());
}
