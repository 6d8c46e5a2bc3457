import { CircleCheck, CloudUpload, TriangleAlert } from "lucide-react";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { type Commands, Failure } from "../../api";
import { Button, Dialog, Notice, Prose, TextInput, useOpenBot, useRemembered } from "../../components";
import { t } from "../../words";
import { Outlook } from "./Outlook";

type Look = Commands["publish.check"]["reply"];
type Done = Commands["publish.go"]["reply"];

type Stage =
  | { is: "asking" }
  | { is: "looking" }
  | { is: "token"; failure: Failure; busy?: boolean }
  | { is: "failed"; failure: Failure }
  | { is: "ready"; look: Look; failure?: Failure }
  | { is: "publishing"; look: Look }
  | { is: "done"; done: Done };

/** The bot to a runner, after a look at what changes there. */
export function Publish({ open, onClose }: { open: boolean; onClose(): void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t("Publish")}>
      {open && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose(): void }) {
  const bot = useOpenBot();
  const [known, remember] = useRemembered("publish.to", "");
  const [to, setTo] = useState(known);
  const [token, setToken] = useState("");
  const [secrets, setSecrets] = useState(true);
  const [stage, setStage] = useState<Stage>({ is: known ? "looking" : "asking" });
  const first = useRef(known);
  const id = useId();

  const look = useCallback(
    async (address: string) => {
      setStage({ is: "looking" });
      try {
        const look = await bot.ask("publish.check", { to: address });
        remember(address);
        setStage({ is: "ready", look });
      } catch (thrown) {
        const failure = Failure.from(thrown);
        setStage(failure.code === "unauthorized" ? { is: "token", failure } : { is: "failed", failure });
      }
    },
    [bot, remember],
  );
  useEffect(() => {
    if (first.current) look(first.current);
    first.current = "";
  }, [look]);

  const login = async (failure: Failure) => {
    setStage({ is: "token", failure, busy: true });
    try {
      await bot.login(to.trim(), token);
      setToken("");
      await look(to.trim());
    } catch (thrown) {
      setStage({ is: "token", failure: Failure.from(thrown) });
    }
  };
  const publish = async (outlook: Look) => {
    setStage({ is: "publishing", look: outlook });
    try {
      setStage({ is: "done", done: await bot.ask("publish.go", { to: to.trim(), secrets }) });
    } catch (thrown) {
      setStage({ is: "ready", look: outlook, failure: Failure.from(thrown) });
    }
  };
  const busy = stage.is === "looking" || stage.is === "publishing";
  const shown = stage.is === "ready" || stage.is === "publishing" ? stage.look : undefined;

  if (stage.is === "done") return <Outcome done={stage.done} to={to.trim()} onClose={onClose} />;
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto border-t border-line">
        <form
          className="flex flex-col gap-1.5 px-4 py-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (to.trim()) look(to.trim());
          }}
        >
          <label htmlFor={id} className="text-sm font-medium">
            {t("Runner’s address")}
          </label>
          <div className="flex gap-1.5">
            <TextInput
              id={id}
              autoFocus
              value={to}
              placeholder="https://bots.example.com"
              inputMode="url"
              readOnly={busy}
              aria-describedby={`${id}-help`}
              onChange={(event) => {
                setTo(event.target.value);
                setStage({ is: "asking" });
              }}
            />
            <Button type="submit" disabled={busy || !to.trim()}>
              {stage.is === "looking" ? t("Looking…") : t("Look what changes")}
            </Button>
          </div>
          <p id={`${id}-help`} className="text-xs text-ink-3">
            <Prose
              text={t(
                "A runner keeps bots going day and night, on a computer that is always on. One is started with `nexus serve`.",
              )}
            />
          </p>
        </form>
        {stage.is === "failed" && <Notice wide tone="error" title={stage.failure.message} text={stage.failure.hint} />}
        {stage.is === "token" && (
          <>
            <Notice wide tone="warning" title={stage.failure.message} text={stage.failure.hint} />
            <form
              className="flex flex-col gap-1.5 px-4 py-3"
              onSubmit={(event) => {
                event.preventDefault();
                if (token.trim()) login(stage.failure);
              }}
            >
              <div className="flex gap-1.5">
                <TextInput
                  type="password"
                  autoFocus
                  value={token}
                  readOnly={stage.busy}
                  aria-label={t("Runner’s token")}
                  placeholder={t("Paste the runner’s token")}
                  onChange={(event) => setToken(event.target.value)}
                />
                <Button type="submit" disabled={stage.busy || !token.trim()}>
                  {t("Keep")}
                </Button>
              </div>
              <p className="text-xs text-ink-3">
                {t("It is kept on this computer, locked away, and never shown again.")}
              </p>
            </form>
          </>
        )}
        {stage.is === "looking" && <div className="mx-4 mb-4 h-16 skeleton" aria-busy />}
        {shown && <Outlook look={shown} secrets={secrets} onSecrets={setSecrets} />}
        {stage.is === "ready" && stage.failure && (
          <Notice wide tone="error" title={stage.failure.message} text={stage.failure.hint} />
        )}
      </div>
      <footer className="flex shrink-0 items-center justify-end gap-2 border-t border-line px-4 py-3">
        <Button tone="quiet" onClick={onClose}>
          {t("Cancel")}
        </Button>
        <Button
          tone="primary"
          icon={CloudUpload}
          disabled={stage.is !== "ready" || stage.look.problems.length > 0}
          onClick={() => stage.is === "ready" && publish(stage.look)}
        >
          {stage.is === "publishing" ? t("Publishing…") : t("Publish")}
        </Button>
      </footer>
    </>
  );
}

function Outcome({ done, to, onClose }: { done: Done; to: string; onClose(): void }) {
  const fine = done.state === "running";
  const Icon = fine ? CircleCheck : TriangleAlert;
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  return (
    <>
      <div
        role="status"
        className="flex min-h-0 flex-1 flex-col items-center gap-1 overflow-y-auto border-t border-line px-6 py-8 text-center"
      >
        <Icon size={24} className={fine ? "text-done" : "text-warning"} aria-hidden />
        <p className="mt-2 text-md font-semibold">
          {fine
            ? t("Version {n} runs", { n: done.version })
            : t("Version {n} is there, and does not run yet", { n: done.version })}
        </p>
        <p className="text-sm break-all text-ink-2" data-selectable>
          {to}
        </p>
        {done.why && <p className="mt-2 text-sm text-ink-2">{done.why}</p>}
        {done.missing.length > 0 && (
          <p className="mt-2 text-sm text-ink-2">
            Still not set there: <span className="font-mono text-[12px]">{done.missing.join(", ")}</span>
          </p>
        )}
      </div>
      <footer className="flex shrink-0 justify-end border-t border-line px-4 py-3">
        <Button ref={close} tone="primary" onClick={onClose}>
          {t("Done")}
        </Button>
      </footer>
    </>
  );
}
