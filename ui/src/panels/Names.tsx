import { KeyRound, MoreHorizontal, Pencil, SearchCode, Trash2, Variable } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Named } from "../api";
import { cx, Menu, type MenuItem, useBot, useOpenBot } from "../components";
import { secretsOf, variablesOf } from "../flow";
import { t } from "../words";

type Entry = { named: Extract<Named, { is: "variable" | "secret" }>; label: string; hint: string };

/** The bot's variables and secrets: where they are used, and other names for them. */
export function Names() {
  const bot = useOpenBot();
  useBot((bot) => bot.mirror.manifest);
  const linked = useBot((bot) => bot.linked);
  const asked = useBot((bot) => bot.view.asked);
  const [renaming, setRenaming] = useState<string | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);
  const variables = variablesOf(bot.mirror).map(
    ({ scope, name, type }): Entry => ({
      named: { is: "variable", scope, name },
      label: `${scope}.${name}`,
      hint: type === "any" ? "" : type,
    }),
  );
  const secrets = secretsOf(bot.mirror).map(
    (name): Entry => ({ named: { is: "secret", name }, label: name, hint: "" }),
  );

  useEffect(() => {
    if (!asked || !("reveal" in asked)) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-name="${CSS.escape(labelOf(asked.reveal))}"]`);
    row?.scrollIntoView({ block: "nearest" });
    row?.focus();
  }, [asked]);

  if (variables.length + secrets.length === 0) return null;

  const rename = ({ named }: Entry, to: string) => {
    setRenaming(undefined);
    if (!to || to === named.name) return;
    if (named.is === "secret") bot.renameSecret(t("Rename secret"), named.name, to);
    else bot.act(t("Rename variable"), { act: "rename_variable", scope: named.scope, from: named.name, to });
  };
  const remove = ({ named }: Entry) =>
    bot.change(named.is === "secret" ? t("Remove secret") : t("Remove variable"), [
      {
        op: "manifest",
        path: named.is === "secret" ? ["secrets", named.name] : ["variables", named.scope, named.name],
      },
    ]);
  const onKeyDown = (event: KeyboardEvent, entry: Entry) => {
    if ((event.target as HTMLElement).tagName === "INPUT") return;
    const rows = [...(box.current?.querySelectorAll<HTMLElement>("[data-name]") ?? [])];
    const at = rows.indexOf(event.currentTarget as HTMLElement);
    if (event.key === "ArrowDown") rows[at + 1]?.focus();
    else if (event.key === "ArrowUp") rows[at - 1]?.focus();
    else if (event.key === "Enter") bot.view.usesOf(entry.named);
    else if (event.key === "F2" && linked) setRenaming(entry.label);
    else if (event.key === "Delete" && linked) remove(entry);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const row = (entry: Entry) => {
    const { named, label, hint } = entry;
    const Icon = named.is === "secret" ? KeyRound : Variable;
    if (renaming === label)
      return (
        <NameInput
          key={label}
          name={named.name}
          onDone={(to) => rename(entry, to)}
          onCancel={() => setRenaming(undefined)}
        />
      );
    const items: MenuItem[] = [
      { kind: "item", label: t("Find uses"), icon: SearchCode, keys: "Enter", run: () => bot.view.usesOf(named) },
      {
        kind: "item",
        label: t("Rename everywhere"),
        icon: Pencil,
        keys: "F2",
        disabled: !linked,
        run: () => setRenaming(label),
      },
      { kind: "line" },
      {
        kind: "item",
        label: t("Remove"),
        icon: Trash2,
        keys: "Delete",
        danger: true,
        disabled: !linked,
        run: () => remove(entry),
      },
    ];
    return (
      <div
        key={label}
        role="treeitem"
        aria-selected={false}
        tabIndex={0}
        data-name={label}
        onKeyDown={(event) => onKeyDown(event, entry)}
        onDoubleClick={() => linked && setRenaming(label)}
        className="group relative flex h-7 items-center gap-2 rounded-md pr-1 pl-1.5 text-sm text-ink-2 hover:bg-hover focus-visible:-outline-offset-2"
      >
        <Icon size={14} className="shrink-0 text-ink-3" aria-hidden />
        <span className="min-w-0 flex-1 truncate">{label}</span>
        {hint && <span className="shrink-0 pr-1 text-xs text-ink-3 group-hover:invisible">{hint}</span>}
        <Menu items={items}>
          <button
            type="button"
            tabIndex={-1}
            aria-label={t("More for {name}", { name: label })}
            className="absolute right-1 flex size-6 items-center justify-center rounded bg-panel opacity-0 group-hover:opacity-100 hover:bg-press focus-visible:opacity-100 data-[state=open]:opacity-100"
          >
            <MoreHorizontal size={14} aria-hidden />
          </button>
        </Menu>
      </div>
    );
  };
  return (
    <div ref={box} className="max-h-2/5 shrink-0 overflow-y-auto border-t border-line px-1.5 pb-3" data-testid="names">
      {[
        { title: t("Variables"), entries: variables },
        { title: t("Secrets"), entries: secrets },
      ].map(
        ({ title, entries }) =>
          entries.length > 0 && (
            <div key={title} role="tree" aria-label={title}>
              <p className="sticky top-0 z-10 bg-panel px-1.5 pt-3 pb-1.5 text-xs font-semibold text-ink-3" aria-hidden>
                {title}
              </p>
              {entries.map(row)}
            </div>
          ),
      )}
    </div>
  );
}

function labelOf(named: Named): string {
  return named.is === "variable" ? `${named.scope}.${named.name}` : named.is === "secret" ? named.name : "";
}

function NameInput(props: { name: string; onDone(name: string): void; onCancel(): void }) {
  const [text, setText] = useState(props.name);
  const done = useRef(false);
  const finish = (keep: boolean) => {
    if (done.current) return;
    done.current = true;
    if (keep) props.onDone(text.trim());
    else props.onCancel();
  };
  return (
    <input
      aria-label={t("New name")}
      value={text}
      // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") finish(true);
        if (event.key === "Escape") finish(false);
      }}
      className={cx("my-0.5 ml-6 h-6 w-[calc(100%-1.75rem)] rounded border border-accent bg-raised px-1.5 text-sm")}
    />
  );
}
