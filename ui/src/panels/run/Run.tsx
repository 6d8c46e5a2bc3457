import {
  CircleAlert,
  CircleCheck,
  CloudUpload,
  LoaderCircle,
  Play,
  RotateCw,
  Square,
  TriangleAlert,
} from "lucide-react";
import { useEffect } from "react";
import { Button, cx, EmptyState, Notice, useBot, useOpenBot, useRun } from "../../components";
import type { SecretView, Standing } from "../../flow";
import { many, t } from "../../words";
import { RunLog } from "./RunLog";
import { NETWORKS, SecretRow } from "./SecretRow";

/** The bot on its networks: which, with which tokens, how it goes, and what happened. */
export function Run(props: { onPublish(): void; onProblems(): void; onLeave(): void }) {
  const bot = useOpenBot();
  const view = useRun((run) => run.view);
  const secrets = useRun((run) => run.secrets);
  const changed = useRun((run) => run.changed);
  const mistakes = useBot((bot) => bot.mirror.trouble.total.error);
  const manifest = useBot((bot) => bot.mirror.manifest);
  useEffect(() => {
    bot.run.refresh();
  }, [bot]);
  // What bot.json says decides what is needed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when bot.json changed
  useEffect(() => {
    bot.run.readSecrets();
  }, [bot, manifest]);

  const tokens = secrets?.filter((secret) => secret.network !== undefined) ?? [];
  const others = secrets?.filter((secret) => secret.needed && secret.network === undefined) ?? [];
  const alive = view.state === "running";
  const busy = view.state === "connecting" || view.state === "stopping";
  const ready = tokens.some((token) => token.set);

  return (
    <>
      <Head standing={bot.run.standing} names={tokens.map(nameOf)} listening={view.networks.length}>
        {alive ? (
          <Button icon={Square} onClick={() => bot.run.stop()}>
            {t("Stop")}
          </Button>
        ) : (
          <Button tone="primary" icon={Play} disabled={busy || !ready || mistakes > 0} onClick={() => bot.run.start()}>
            {t("Run")}
          </Button>
        )}
      </Head>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {alive && changed && mistakes === 0 && (
          <Notice tone="info" title={t("You have changed the bot since it was started.")}>
            <Button icon={RotateCw} onClick={() => bot.run.start()}>
              {t("Restart with the changes")}
            </Button>
          </Notice>
        )}
        {mistakes > 0 && (!alive || changed) && (
          <Notice
            tone="error"
            title={
              alive
                ? many(
                    mistakes,
                    "One problem keeps your changes from running.",
                    "{n} problems keep your changes from running.",
                  )
                : many(mistakes, "One problem keeps the bot from running.", "{n} problems keep the bot from running.")
            }
          >
            <Button onClick={props.onProblems}>{t("Show problems")}</Button>
          </Notice>
        )}
        {view.trouble && mistakes === 0 && (
          <Notice tone="error" title={view.trouble.message} text={view.trouble.hint}>
            {view.trouble.code === "webhook" && (
              <Button onClick={() => bot.run.start(true)}>{t("Take the webhook away and run")}</Button>
            )}
            {view.trouble.code === "network" && (
              <Button icon={RotateCw} onClick={() => bot.run.start()}>
                {t("Try again")}
              </Button>
            )}
          </Notice>
        )}
        {secrets === undefined ? (
          <div className="m-3 h-12 skeleton" aria-busy />
        ) : tokens.length === 0 ? (
          <NoNetwork />
        ) : (
          <section aria-label={t("Networks")} className="flex flex-col py-1">
            {tokens.map((secret) => (
              <SecretRow
                key={secret.name}
                secret={secret}
                network={view.networks.find((network) => network.network === secret.network)}
                running={alive}
              />
            ))}
          </section>
        )}
        {others.length > 0 && (
          <section aria-label={t("Other secrets")} className="flex flex-col border-t border-line py-1">
            {others.map((secret) => (
              <SecretRow key={secret.name} secret={secret} running={alive} />
            ))}
          </section>
        )}
        <RunLog onLeave={props.onLeave} />
      </div>
      <footer className="flex shrink-0 items-center gap-2 border-t border-line px-3 py-2">
        <p className="min-w-0 flex-1 text-xs text-ink-3">
          {t("It runs on this computer, as long as Nexus Bots is open.")}
        </p>
        <Button tone="quiet" icon={CloudUpload} onClick={props.onPublish}>
          {t("Publish…")}
        </Button>
      </footer>
    </>
  );
}

const nameOf = (token: SecretView) => NETWORKS[token.network ?? ""]?.name ?? token.network ?? "";

const WORDS: Record<Standing, () => string> = {
  stopped: () => t("Not running"),
  connecting: () => t("Connecting"),
  running: () => t("Running"),
  stopping: () => t("Stopping"),
  trouble: () => t("Needs attention"),
};

export const STANDING = {
  stopped: { icon: Play, ink: "text-ink-3" },
  connecting: { icon: LoaderCircle, ink: "text-accent-ink" },
  running: { icon: CircleCheck, ink: "text-done" },
  stopping: { icon: LoaderCircle, ink: "text-ink-3" },
  trouble: { icon: TriangleAlert, ink: "text-warning" },
} as const;

function Head(props: { standing: Standing; names: string[]; listening: number; children: React.ReactNode }) {
  const { standing, names } = props;
  const { icon, ink } = STANDING[standing];
  const Icon = standing === "trouble" && props.listening === 0 ? CircleAlert : icon;
  const where = names.length === 0 ? "on no network" : names.join(" and ");
  const turns = standing === "connecting" || standing === "stopping";
  return (
    <header className="flex shrink-0 items-center gap-2.5 border-b border-line py-2.5 pr-3 pl-3">
      <Icon
        size={18}
        aria-hidden
        className={cx(
          "shrink-0",
          turns && "animate-spin",
          standing === "trouble" && props.listening === 0 ? "text-error" : ink,
        )}
      />
      <div role="status" aria-live="polite" className="min-w-0 flex-1" data-testid="run-state" data-state={standing}>
        <h2 className="text-sm font-semibold">{WORDS[standing]()}</h2>
        <p className="truncate text-xs text-ink-3">{where}</p>
      </div>
      {props.children}
    </header>
  );
}

function NoNetwork() {
  const bot = useOpenBot();
  const join = (network: string, name: string) => () =>
    bot.change(t("Put the bot on {network}", { network: name }), [
      { op: "manifest", path: ["channels"], value: [network] },
    ]);
  return (
    <EmptyState title={t("This bot is on no network yet.")} text={t("Choose where people find it.")}>
      {Object.entries(NETWORKS).map(([network, { name }]) => (
        <Button key={network} onClick={join(network, name)}>
          {name}
        </Button>
      ))}
    </EmptyState>
  );
}
