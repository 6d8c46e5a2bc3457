import { Pencil, RotateCcw, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, cx, Dialog, IconButton, Kbd, TextInput, useSettings } from "../../components";
import { t } from "../../words";
import type { Action } from "../actions";
import { holder, withKeys, written } from "./keys";

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const GROUPS: [Action["group"], () => string][] = [
  ["Edit", () => t("Edit")],
  ["Add", () => t("Add")],
  ["Go", () => t("Go")],
  ["View", () => t("View")],
  ["Run", () => t("Run")],
  ["File", () => t("File")],
];

/** Every key there is, drawn from the list of actions; each can be changed here. `actions` have their usual keys. */
export function KeySheet({ open, actions, onClose }: { open: boolean; actions: () => Action[]; onClose(): void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t("Keyboard shortcuts")} wide>
      {open && <Sheet actions={actions} />}
    </Dialog>
  );
}

function Sheet({ actions }: { actions: () => Action[] }) {
  const { settings, choose } = useSettings();
  const [words, setWords] = useState("");
  const [asking, setAsking] = useState<string | undefined>(undefined);
  const [clash, setClash] = useState<{ keys: string; of: Action } | undefined>(undefined);
  const usual = actions();
  const now = withKeys(usual, settings.keys);
  const query = words.trim().toLowerCase();
  const shown = now.filter(
    (action) =>
      (action.keys !== undefined || !action.quiet) &&
      `${action.title} ${action.keys?.join(" ") ?? ""}`.toLowerCase().includes(query),
  );
  const changed = Object.keys(settings.keys ?? {}).length;
  const set = (id: string, keys: string[] | undefined, also?: Action) => {
    const next = { ...settings.keys };
    if (keys) next[id] = keys;
    else delete next[id];
    // Keys mean one thing: who had them goes without.
    if (also && keys) next[also.id] = (also.keys ?? []).filter((own) => !keys.includes(own));
    choose({ keys: next });
    setAsking(undefined);
    setClash(undefined);
  };
  const action = asking === undefined ? undefined : now.find((one) => one.id === asking);

  useEffect(() => {
    if (asking === undefined) return;
    const heard = (event: KeyboardEvent) => {
      if (clash && (event.key === "Tab" || event.key === "Enter" || event.key === " ")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.key === "Escape") {
        setAsking(undefined);
        setClash(undefined);
        return;
      }
      const keys = written(event, MAC);
      if (!keys) return;
      const other = holder(now, keys, asking);
      if (other) setClash({ keys, of: other });
      else set(asking, [keys]);
    };
    window.addEventListener("keydown", heard, true);
    return () => window.removeEventListener("keydown", heard, true);
  });

  return (
    <>
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-4 pb-3">
        <TextInput
          aria-label={t("Search keys and actions")}
          placeholder={t("Search keys and actions")}
          value={words}
          autoFocus
          onChange={(event) => setWords(event.target.value)}
        />
        <Button icon={RotateCcw} disabled={changed === 0} onClick={() => choose({ keys: {} })}>
          {t("Reset all")}
        </Button>
      </div>
      <div className="min-h-0 flex-1 columns-2 gap-6 overflow-y-auto px-4 py-3">
        {GROUPS.map(([group, title]) => {
          const its = shown.filter((action) => action.group === group);
          return its.length === 0 ? null : (
            <section key={group} aria-label={title()} className="pb-3">
              <h3 className="pb-1 text-xs font-semibold text-ink-3">{title()}</h3>
              {its.map((action) => {
                const own = settings.keys?.[action.id];
                return (
                  <div
                    key={action.id}
                    data-key-of={action.id}
                    className={cx(
                      "group flex min-h-7 break-inside-avoid items-center gap-2 rounded-md px-1.5 text-sm",
                      asking === action.id ? "bg-accent-soft" : "hover:bg-hover",
                    )}
                  >
                    <span className="min-w-0 flex-1 truncate">{action.title}</span>
                    {asking === action.id ? (
                      <span className="text-xs text-accent-ink" role="status">
                        {t("Press the new keys")}
                      </span>
                    ) : (
                      <>
                        <span className="flex shrink-0 gap-2">
                          {action.keys?.map((keys) => (
                            <Kbd key={keys} keys={keys} />
                          ))}
                          <span className="sr-only">{action.keys?.join(", ") || t("no keys")}</span>
                        </span>
                        {action.native ? (
                          <span className="w-11" aria-hidden />
                        ) : (
                          <span className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
                            <IconButton
                              small
                              icon={Pencil}
                              label={t("Change the keys of {action}", { action: action.title })}
                              onClick={() => setAsking(action.id)}
                            />
                            {own ? (
                              <IconButton
                                small
                                icon={RotateCcw}
                                label={t("Usual keys for {action}", { action: action.title })}
                                onClick={() => set(action.id, undefined)}
                              />
                            ) : (
                              <IconButton
                                small
                                icon={X}
                                label={t("No keys for {action}", { action: action.title })}
                                disabled={!action.keys?.length}
                                onClick={() => set(action.id, [])}
                              />
                            )}
                          </span>
                        )}
                      </>
                    )}
                  </div>
                );
              })}
            </section>
          );
        })}
        {shown.length === 0 && <p className="py-8 text-center text-sm text-ink-3">{t("Nothing is called that.")}</p>}
      </div>
      {clash && action && (
        <footer
          role="alert"
          className="flex shrink-0 items-center gap-2 border-t border-line bg-warning-soft px-4 py-3"
        >
          <p className="flex min-w-0 flex-1 items-center gap-2 text-sm">
            <Kbd keys={clash.keys} />
            {t("belongs to “{action}”.", { action: clash.of.title })}
          </p>
          <Button
            onClick={() => {
              setClash(undefined);
              setAsking(undefined);
            }}
          >
            {t("Leave it")}
          </Button>
          <Button tone="primary" onClick={() => set(action.id, [clash.keys], clash.of)}>
            {t("Use it here")}
          </Button>
        </footer>
      )}
    </>
  );
}
