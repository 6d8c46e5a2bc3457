import { useQuery } from "@tanstack/react-query";
import { Tooltip as RadixTooltip } from "radix-ui";
import { useEffect, useMemo, useRef, useState } from "react";
import { type Api, type BotView, Failure } from "../api";
import { BotContext, Button, type Chosen, EmptyState, SettingsContext, Toasts, toast } from "../components";
import { kindsOf, OpenBot, worded } from "../flow";
import { ofKind, t } from "../words";
import { Start } from "./Start";
import { available, SettingsDialog, useChosen, useLanguage, useUpdates } from "./settings";
import { useTheme } from "./theme";
import { Workspace } from "./Workspace";

export function App({ api }: { api: Api }) {
  const theme = useTheme();
  const info = useQuery({ queryKey: ["info"], queryFn: () => api.rpc("app.info", {}), retry: 2 });
  const kinds = useQuery({ queryKey: ["kinds"], queryFn: () => api.rpc("kinds.list", {}), retry: 2 });
  const [view, setView] = useState<BotView | undefined>(undefined);
  const tried = useRef(false);
  const demo = info.data?.demo ?? undefined;
  const [opening, setOpening] = useState(false);
  const [settings, setSettings] = useState(false);
  const chosen = useChosen(api);
  const language = useLanguage(chosen);
  const updates = useUpdates(api, info.data?.updates ?? false, chosen);
  const asides = { newer: available(updates), onSettings: () => setSettings(true) };

  useEffect(() => {
    if (demo === undefined || tried.current) return;
    tried.current = true;
    setOpening(true);
    api
      .rpc("bot.open", { root: demo })
      .then(setView, (thrown) => {
        const failure = Failure.from(thrown);
        toast(failure.message, failure.hint, "error");
      })
      .finally(() => setOpening(false));
  }, [api, demo]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another language has other words
  const table = useMemo(
    () => kindsOf((kinds.data?.kinds ?? []).map((kind) => worded(kind, ofKind))),
    [kinds.data, language],
  );
  const failed = info.error ?? kinds.error;
  const waiting =
    (!failed && language === undefined) ||
    info.isPending ||
    kinds.isPending ||
    opening ||
    (demo !== undefined && !tried.current);

  if (!chosen && !failed) return <Waiting />;
  return (
    <SettingsContext.Provider value={chosen ?? NOTHING_CHOSEN}>
      <RadixTooltip.Provider key={language} delayDuration={400} skipDelayDuration={200}>
        {failed ? (
          <NoStudio failure={Failure.from(failed)} onRetry={() => Promise.all([info.refetch(), kinds.refetch()])} />
        ) : waiting ? (
          <Waiting />
        ) : view ? (
          <Opened api={api} kinds={table} view={view} onClose={() => setView(undefined)} theme={theme} {...asides} />
        ) : (
          <Start api={api} version={info.data?.version ?? ""} onOpened={setView} {...asides} />
        )}
        <SettingsDialog
          open={settings}
          onClose={() => setSettings(false)}
          theme={theme.theme}
          setTheme={theme.setTheme}
          version={info.data?.version ?? ""}
          updates={updates}
        />
        <Toasts />
      </RadixTooltip.Provider>
    </SettingsContext.Provider>
  );
}

const NOTHING_CHOSEN: Chosen = { settings: { look_for_updates: false }, choose: () => {} };

function Opened(props: {
  api: Api;
  kinds: ReturnType<typeof kindsOf>;
  view: BotView;
  onClose(): void;
  theme: ReturnType<typeof useTheme>;
  newer: string | undefined;
  onSettings(): void;
}) {
  const { api, kinds, view } = props;
  const [bot, setBot] = useState<OpenBot | undefined>(undefined);
  useEffect(() => {
    const bot = new OpenBot(api, kinds, view);
    bot.onFailure = (failure) => {
      if (failure.code !== "offline") toast(failure.message, failure.hint, "error");
    };
    const first =
      [...bot.mirror.flows.values()].find((flow) => flow.id === "main") ?? bot.mirror.flows.values().next().value;
    if (first) bot.view.show(first.path);
    setBot(bot);
    return () => bot.stop();
  }, [api, kinds, view]);
  if (!bot) return <Waiting />;
  return (
    <BotContext.Provider value={bot}>
      <Workspace
        dark={props.theme.dark}
        theme={props.theme.theme}
        setTheme={props.theme.setTheme}
        newer={props.newer}
        onSettings={props.onSettings}
        onClose={() => {
          bot.close();
          props.onClose();
        }}
      />
    </BotContext.Provider>
  );
}

/** The shape of what comes; says what it waits for when that takes a while. */
function Waiting() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="flex h-full flex-col" aria-busy>
      <div className="h-10 border-b border-line bg-panel" />
      <div className="flex flex-1">
        <div className="w-60 border-r border-line bg-panel" />
        <div className="flex flex-1 items-center justify-center text-sm text-ink-3">{slow && t("Opening the bot")}</div>
        <div className="w-80 border-l border-line bg-panel" />
      </div>
    </div>
  );
}

function NoStudio({ failure, onRetry }: { failure: Failure; onRetry(): void }) {
  return (
    <main className="flex h-full items-center justify-center">
      <EmptyState title={failure.message} text={failure.hint ?? t("Start the studio again and reload this page.")}>
        <Button onClick={onRetry}>{t("Try again")}</Button>
      </EmptyState>
    </main>
  );
}
