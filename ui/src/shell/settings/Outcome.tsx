import { CircleArrowUp, CircleCheck, LoaderCircle, type LucideIcon, ShieldAlert, TriangleAlert } from "lucide-react";
import { Button, cx } from "../../components";
import { t } from "../../words";
import { Mark } from "../Toolbar";
import type { Updates } from "./updates";
import { part, said, type Tone } from "./words";

const TONES: Record<Tone, { icon?: LucideIcon; ink: string; box: string }> = {
  plain: { ink: "text-ink-3", box: "bg-sunken" },
  busy: { icon: LoaderCircle, ink: "text-accent-ink", box: "bg-sunken" },
  good: { icon: CircleCheck, ink: "text-done", box: "bg-sunken" },
  news: { icon: CircleArrowUp, ink: "text-accent-ink", box: "bg-accent-soft" },
  warning: { icon: TriangleAlert, ink: "text-warning", box: "bg-warning-soft" },
  error: { icon: ShieldAlert, ink: "text-error", box: "bg-error-soft" },
};

/** The version that runs, what is known of newer ones, and what to do about it. */
export function Outcome({ updates, version }: { updates: Updates; version: string }) {
  const { update } = updates;
  const words = said(update, version);
  const tone = TONES[words.tone];
  const notes = "release" in update ? update.release?.notes : undefined;
  const shown = notes && update.state !== "failed";
  return (
    <section aria-label={t("Updates")} className={cx("overflow-hidden rounded-lg border border-line", tone.box)}>
      <div className={cx("flex gap-3 p-3", words.text ? "items-start" : "min-h-13 items-center")}>
        {tone.icon ? (
          <tone.icon
            size={18}
            strokeWidth={1.8}
            aria-hidden
            className={cx("shrink-0", tone.ink, words.tone === "busy" && "animate-spin")}
          />
        ) : (
          <Mark size={18} />
        )}
        <div className="min-w-0 flex-1" role="status" aria-live="polite">
          <p className="text-sm font-medium">{words.title}</p>
          {words.text && (
            <p className="text-sm text-ink-2" data-selectable>
              {words.text}
            </p>
          )}
        </div>
        {words.act && (
          <Button tone={words.act.does === "install" ? "primary" : "plain"} onClick={updates[words.act.does]}>
            {words.act.label}
          </Button>
        )}
      </div>
      {words.tone === "busy" && update.state !== "looking" && <Progress part={part(update)} />}
      {shown && <Notes text={notes} />}
      {update.state === "failed" && update.detail && (
        <details className="border-t border-line px-3 py-2 text-xs text-ink-3">
          <summary className="w-fit rounded hover:text-ink-2">{t("What the updater says")}</summary>
          <p className="pt-1.5 font-mono break-words" data-selectable>
            {update.detail}
          </p>
        </details>
      )}
    </section>
  );
}

/** Without a part it only says that something goes on. */
function Progress({ part }: { part: number | undefined }) {
  const percent = part === undefined ? undefined : Math.round(part * 100);
  return (
    <div
      role="progressbar"
      aria-label={t("Download")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="h-0.5 bg-line"
    >
      <div
        className={cx("h-full bg-accent", percent === undefined && "opacity-50")}
        style={{ width: `${percent ?? 100}%` }}
      />
    </div>
  );
}

function Notes({ text }: { text: string }) {
  return (
    <div className="border-t border-line px-3 py-2.5">
      <h3 className="pb-1 text-xs font-semibold text-ink-3">{t("What is new")}</h3>
      <p className="max-h-40 overflow-y-auto text-sm whitespace-pre-line text-ink-2" data-selectable>
        {text}
      </p>
    </div>
  );
}
