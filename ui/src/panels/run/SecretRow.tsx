import { Check, KeyRound } from "lucide-react";
import { useId, useState } from "react";
import type { RunNetwork } from "../../api";
import { Button, cx, TextInput, useOpenBot } from "../../components";
import type { SecretView } from "../../flow";
import { t } from "../../words";

export const NETWORKS: Record<string, { name: string; where: () => string }> = {
  telegram: {
    name: "Telegram",
    where: () => t("Write /newbot to @BotFather on Telegram. It answers with the token."),
  },
  discord: {
    name: "Discord",
    where: () => t("At discord.com/developers, open your application (or make one), then Bot, then Reset Token."),
  },
};

/** One secret of the bot: is it set, and a field to set it. Of a network's token also how it goes there. */
export function SecretRow(props: { secret: SecretView; network?: RunNetwork | undefined; running: boolean }) {
  const { secret, network } = props;
  const bot = useOpenBot();
  const [editing, setEditing] = useState(false);
  const [value, setValue] = useState("");
  const [busy, setBusy] = useState(false);
  const id = useId();
  const about = secret.network === undefined ? undefined : NETWORKS[secret.network];
  const open = editing || !secret.set;
  const keep = async () => {
    setBusy(true);
    const kept = await bot.run.setSecret(secret.name, value);
    setBusy(false);
    if (!kept) return;
    setValue("");
    setEditing(false);
  };
  return (
    <div className="flex flex-col gap-1.5 px-3 py-2">
      <div className="flex min-h-7 items-center gap-2">
        {about ? (
          <span className="text-sm font-medium">{about.name}</span>
        ) : (
          <span className="min-w-0 truncate font-mono text-[12px]">{secret.name}</span>
        )}
        <State secret={secret} network={network} running={props.running} />
        <span className="flex-1" />
        {secret.set && !editing && (
          <Button tone="quiet" className="-mr-1.5" onClick={() => setEditing(true)}>
            {about ? t("Change token") : t("Change")}
          </Button>
        )}
      </div>
      {network?.why && (
        <p className="text-xs break-words text-ink-2" data-selectable>
          {network.why}
        </p>
      )}
      {open && (
        <form
          className="flex flex-col gap-1.5"
          onSubmit={(event) => {
            event.preventDefault();
            if (value.trim()) keep();
          }}
        >
          <div className="flex gap-1.5">
            <TextInput
              type="password"
              id={id}
              value={value}
              disabled={busy}
              aria-label={
                about ? t("{network} token", { network: about.name }) : t("Value of {name}", { name: secret.name })
              }
              aria-describedby={`${id}-where`}
              placeholder={about ? t("Paste the token") : t("Paste the value")}
              onChange={(event) => setValue(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== "Escape" || !secret.set) return;
                event.stopPropagation();
                setEditing(false);
              }}
            />
            <Button type="submit" disabled={busy || !value.trim()}>
              {t("Keep")}
            </Button>
            {secret.set && (
              <Button tone="quiet" onClick={() => setEditing(false)}>
                {t("Cancel")}
              </Button>
            )}
          </div>
          <p id={`${id}-where`} className="text-xs text-ink-3" data-selectable>
            {about?.where() ?? secret.note}{" "}
            {!secret.set && t("It stays on this computer, locked away, and is never shown again.")}
          </p>
        </form>
      )}
    </div>
  );
}

function State(props: { secret: SecretView; network?: RunNetwork | undefined; running: boolean }) {
  const { secret, network } = props;
  const [words, tone, dot] =
    network?.state === "listening"
      ? (["listening", "text-done", "bg-done"] as const)
      : network?.state === "trouble"
        ? (["trying again", "text-warning", "bg-warning"] as const)
        : network?.state === "ended"
          ? (["left", "text-error", "bg-error"] as const)
          : !secret.set
            ? ([secret.network ? "no token yet" : "not set", "text-warning", undefined] as const)
            : props.running && secret.network
              ? (["not connected", "text-ink-3", undefined] as const)
              : ([secret.network ? "token kept" : "kept", "text-ink-3", undefined] as const);
  const Icon = secret.set ? Check : KeyRound;
  return (
    <span className={cx("flex items-center gap-1.5 text-xs", tone)}>
      {dot ? <span className={cx("size-1.5 rounded-full", dot)} aria-hidden /> : <Icon size={12} aria-hidden />}
      {words}
    </span>
  );
}
