import { useId } from "react";
import type { Commands } from "../../api";
import { cx, Notice, Switch } from "../../components";
import { t } from "../../words";

type Look = Commands["publish.check"]["reply"];

const BECAME = { added: "new", removed: "gone", renamed: "renamed", changed: "" } as const;

/** What publishing would change at the runner, and what is missing there. */
export function Outlook(props: { look: Look; secrets: boolean; onSecrets(send: boolean): void }) {
  const { look } = props;
  const id = useId();
  const sendable = look.missing.filter((secret) => secret.here);
  const left = look.missing.filter((secret) => !secret.here || !props.secrets);
  return (
    <>
      {look.problems.length > 0 && (
        <Notice wide tone="error" title={t("The bot cannot run there as it is.")} text={look.problems.join(" ")} />
      )}
      <section aria-label={t("What changes")} className="flex flex-col gap-2 border-t border-line px-4 py-3">
        <h3 className="text-xs font-semibold text-ink-3">{t("What changes there")}</h3>
        <p className="text-sm text-ink-2">{words(look)}</p>
        {look.files.map((file) => (
          <div key={file.name} className="flex flex-col gap-0.5">
            <p className="text-sm font-medium">
              {file.name}
              {BECAME[file.became] && <span className="font-normal text-ink-3"> · {BECAME[file.became]}</span>}
            </p>
            <ul className="flex flex-col gap-0.5 border-l border-line pl-2.5">
              {file.changes.map((line, at) => (
                <li
                  key={`${at.toString()} ${line.words}`}
                  className={cx("text-sm break-words", line.cosmetic ? "text-ink-3" : "text-ink-2")}
                >
                  {line.words}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </section>
      {look.missing.length > 0 && (
        <section aria-label={t("Secrets")} className="flex flex-col gap-2 border-t border-line px-4 py-3">
          <h3 className="text-xs font-semibold text-ink-3">{t("Secrets that are not set there")}</h3>
          {sendable.length > 0 && (
            <div className="flex items-center gap-2.5">
              <Switch id={id} checked={props.secrets} onChange={props.onSecrets} />
              <label htmlFor={id} className="text-sm">
                Send the secrets that are set here: <Names of={sendable.map((secret) => secret.name)} />
              </label>
            </div>
          )}
          {left.length > 0 && (
            <p className="text-sm text-ink-2">
              The bot has to do without <Names of={left.map((secret) => secret.name)} /> there.
            </p>
          )}
        </section>
      )}
    </>
  );
}

function words(look: Look): string {
  if (look.live === undefined) return t("The bot is new there.");
  if (look.same) return t("Version {n}, which runs there, is the same.", { n: look.live });
  if (look.files.length === 0) return t("Only files that the bot sends changed since version {n}.", { n: look.live });
  return t("Since version {n}, which runs there:", { n: look.live });
}

function Names({ of }: { of: string[] }) {
  return <span className="font-mono text-[12px] break-words">{of.join(", ")}</span>;
}
