import {
  ChevronDown,
  CircleArrowUp,
  CircleCheck,
  CloudOff,
  LoaderCircle,
  Plus,
  Search,
  SunMoon,
  TriangleAlert,
} from "lucide-react";
import type { ReactNode } from "react";
import { Button, cx, IconButton, Kbd, Menu, type MenuItem, useBot } from "../components";
import { t } from "../words";
import type { Action } from "./actions";
import type { Theme } from "./theme";

type Props = {
  actions: () => Action[];
  open: { explorer: boolean; inspector: boolean; problems: boolean };
  theme: Theme;
  /** A newer version of the program that waits to be installed. */
  newer: string | undefined;
  narrow: boolean;
  run: ReactNode;
};

export function Toolbar({ actions, open, theme, newer, narrow, run }: Props) {
  const name = useBot((bot) => bot.mirror.name);
  const flow = useBot((bot) => bot.flow?.name ?? "");
  const file = useBot((bot) => bot.view.file);
  // Labels and states of the actions follow the bot.
  useBot((bot) => `${bot.mirror.undo ?? ""}\n${bot.mirror.redo ?? ""}\n${bot.editable}`);
  const list = actions();
  const get = (id: string) => list.find((action) => action.id === id) as Action;
  const entry = (id: string, checked?: boolean): MenuItem => {
    const action = get(id);
    return {
      kind: "item",
      label: action.title,
      ...(action.icon ? { icon: action.icon } : {}),
      keys: action.keys?.[0],
      disabled: !action.enabled,
      ...(checked === undefined ? {} : { checked }),
      run: action.run,
    };
  };
  const button = (id: string, on?: boolean) => {
    const action = get(id);
    return (
      action.icon && (
        <IconButton
          icon={action.icon}
          label={action.title}
          keys={action.keys?.[0]}
          disabled={!action.enabled}
          onClick={action.run}
          {...(on === undefined ? {} : { on })}
        />
      )
    );
  };
  const bar = <span className="mx-1 h-4 w-px shrink-0 bg-line" aria-hidden />;
  return (
    <header
      role="toolbar"
      aria-label={t("Toolbar")}
      className="flex h-10 shrink-0 items-center gap-0.5 border-b border-line bg-panel px-2"
    >
      <Menu
        items={[
          entry("save"),
          { kind: "line" },
          entry("undo"),
          entry("redo"),
          { kind: "line" },
          entry("run"),
          entry("publish"),
          { kind: "line" },
          entry("commands"),
          entry("settings"),
          entry("close"),
        ]}
      >
        <button
          type="button"
          className="flex h-7 min-w-0 items-center gap-2 rounded-md pr-1.5 pl-1 hover:bg-hover data-[state=open]:bg-hover"
          aria-label={t("Bot {name}", { name })}
        >
          <Mark size={18} />
          <span className="truncate text-sm font-semibold">{name}</span>
          <ChevronDown size={13} className="shrink-0 text-ink-3" aria-hidden />
        </button>
      </Menu>
      {!narrow && (flow || file) && (
        <>
          <span className="text-ink-3" aria-hidden>
            /
          </span>
          <span className="truncate px-1.5 text-sm text-ink-2">{file ?? flow}</span>
        </>
      )}
      <SaveMark />
      <span className="flex-1" />
      {run}
      <Button icon={Plus} className="mr-1" disabled={!get("add").enabled} onClick={get("add").run}>
        {t("Add node")}
      </Button>
      {button("undo")}
      {button("redo")}
      {bar}
      <button
        type="button"
        aria-label={t("Search commands, nodes and flows")}
        onClick={get("commands").run}
        className={cx(
          "flex h-7 items-center gap-2 rounded-md border border-line bg-sunken pr-1.5 pl-2 text-sm text-ink-3 hover:border-line-strong",
          narrow ? "" : "w-44",
        )}
      >
        <Search size={13} aria-hidden />
        {!narrow && <span className="flex-1 text-left">{t("Search")}</span>}
        {!narrow && <Kbd keys="Mod+K" />}
      </button>
      {bar}
      {button("explorer", open.explorer)}
      {button("problems", open.problems)}
      {button("inspector", open.inspector)}
      {bar}
      {newer && (
        <Button
          icon={CircleArrowUp}
          className="mr-0.5 bg-accent-soft text-accent-ink"
          tone="quiet"
          aria-label={t("Update to {version}", { version: newer })}
          title={t("Update to {version}", { version: newer })}
          onClick={get("settings").run}
        >
          {!narrow && t("Update")}
        </Button>
      )}
      <Menu
        align="end"
        items={[
          { kind: "title", label: t("Theme") },
          entry("system", theme === "system"),
          entry("light", theme === "light"),
          entry("dark", theme === "dark"),
        ]}
      >
        <button
          type="button"
          aria-label={t("Theme")}
          title={t("Theme")}
          className="flex size-7 items-center justify-center rounded-md text-ink-2 hover:bg-hover hover:text-ink data-[state=open]:bg-hover"
        >
          <SunMoon size={15} aria-hidden />
        </button>
      </Menu>
    </header>
  );
}

function SaveMark() {
  const save = useBot((bot) => bot.mirror.save);
  const linked = useBot((bot) => bot.linked);
  const [Icon, text, tone] = !linked
    ? ([CloudOff, t("Not connected"), "text-warning"] as const)
    : save.state === "failed"
      ? ([TriangleAlert, t("Not saved"), "text-error"] as const)
      : save.state === "unsaved"
        ? ([LoaderCircle, t("Saving"), "text-ink-3"] as const)
        : ([CircleCheck, t("Saved"), "text-ink-3"] as const);
  return (
    <span
      role="status"
      aria-live="polite"
      data-testid="save-state"
      data-state={save.state}
      className={cx("ml-1.5 flex shrink-0 items-center gap-1.5 text-xs", tone)}
    >
      <Icon size={13} aria-hidden />
      {text}
    </span>
  );
}

/** The product's sign, as in public/icon.svg: two nodes and the wire between them, which make an N. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden className="shrink-0">
      <rect width="32" height="32" rx="7.5" fill="var(--accent)" />
      <path d="M10 9C19 9 13 23 22 23" stroke="#fff" strokeWidth="3.2" />
      <rect x="6" y="6" width="6" height="20" rx="3" fill="#fff" />
      <rect x="20" y="6" width="6" height="20" rx="3" fill="#fff" />
      <rect x="8" y="12" width="2" height="4" rx="1" fill="var(--accent)" />
      <rect x="22" y="12" width="2" height="4" rx="1" fill="var(--accent)" />
    </svg>
  );
}
