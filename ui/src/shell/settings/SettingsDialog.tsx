import { type LucideIcon, Monitor, Moon, Sun } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import type { Mode } from "../../api";
import { cx, Dialog, Select, Switch, useMode, useSettings } from "../../components";
import { LANGUAGES, t } from "../../words";
import type { Theme } from "../theme";
import { Outcome } from "./Outcome";
import type { Updates } from "./updates";

type Props = {
  open: boolean;
  onClose(): void;
  theme: Theme;
  setTheme(theme: Theme): void;
  version: string;
  /** Only where the program can update itself. */
  updates: Updates | undefined;
};

/** What the person chooses for the program as a whole. */
export function SettingsDialog({ open, onClose, theme, setTheme, version, updates }: Props) {
  const { settings, choose } = useSettings();
  const mode = useMode();
  return (
    <Dialog open={open} onClose={onClose} title={t("Settings")}>
      <div className="min-h-0 overflow-y-auto px-4 pb-4">
        <Row label={t("Theme")}>
          <Choices
            label={t("Theme")}
            value={theme}
            choices={THEMES.map((one) => ({ ...one, label: one.label() }))}
            onChange={setTheme}
          />
        </Row>
        <Row label={t("Language")} for="language">
          <span className="w-44">
            <Select
              id="language"
              label={t("Language")}
              value={settings.language ?? SYSTEM}
              options={[
                { value: SYSTEM, label: t("As the system") },
                ...Object.entries(LANGUAGES).map(([value, label]) => ({ value, label })),
              ]}
              onChange={(value) => choose(value === SYSTEM ? { language: undefined } : { language: value })}
            />
          </span>
        </Row>
        <Row label={t("Shown for")} text={MODES.find((one) => one.mode === mode)?.text()}>
          <Choices
            label={t("Shown for")}
            value={mode}
            choices={MODES.map((one) => ({ value: one.mode, label: one.label() }))}
            onChange={(mode) => choose({ mode })}
          />
        </Row>
        <Row label={t("Version")}>
          <span className="text-sm text-ink-2" data-selectable>
            {version}
          </span>
        </Row>
        {updates && (
          <>
            <Row
              label={t("Look for updates")}
              for="look-for-updates"
              text={t(
                "Asks github.com at every start; it sees your network address and nothing of your bots. You decide what is installed.",
              )}
            >
              <Switch id="look-for-updates" checked={updates.look} onChange={updates.setLook} />
            </Row>
            <Outcome updates={updates} version={version} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function Row(props: { label: string; for?: string; text?: string | undefined; children: ReactNode }) {
  return (
    <div
      className={cx(
        "flex gap-6 border-t border-line py-3 first:border-t-0 first:pt-1",
        props.text ? "items-start" : "items-center",
      )}
    >
      <div className="min-w-0 flex-1">
        {props.for ? (
          <label htmlFor={props.for} className="text-sm font-medium">
            {props.label}
          </label>
        ) : (
          <p className="text-sm font-medium">{props.label}</p>
        )}
        {props.text && <p className="pt-0.5 text-sm text-ink-3">{props.text}</p>}
      </div>
      <div className="flex min-h-4.5 shrink-0 items-center">{props.children}</div>
    </div>
  );
}

const THEMES = [
  { value: "system", label: () => t("System"), icon: Monitor },
  { value: "light", label: () => t("Light"), icon: Sun },
  { value: "dark", label: () => t("Dark"), icon: Moon },
] as const;

const SYSTEM = "system";

const MODES: { mode: Mode; label: () => string; text: () => string }[] = [
  { mode: "creator", label: () => t("Creators"), text: () => t("The nodes that most bots need, in plain words.") },
  { mode: "power", label: () => t("Power users"), text: () => t("All nodes and settings.") },
  { mode: "developer", label: () => t("Developers"), text: () => t("Everything, with ids and files.") },
];

/** One of a few, side by side. */
function Choices<V extends string>(props: {
  label: string;
  value: V;
  choices: readonly { value: V; label: string; icon?: LucideIcon }[];
  onChange(value: V): void;
}) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={props.label}
      value={props.value}
      // Pressing the chosen one says the same again.
      onValueChange={(chosen) => chosen && props.onChange(chosen as V)}
      className="flex rounded-md border border-line bg-sunken p-0.5"
    >
      {props.choices.map(({ value, label, icon: Icon }) => (
        <ToggleGroup.Item
          key={value}
          value={value}
          className={cx(
            "flex h-5.5 items-center gap-1.5 rounded-[5px] px-2 text-sm transition-colors",
            value === props.value ? "bg-raised text-ink shadow-card" : "text-ink-3 hover:text-ink",
          )}
        >
          {Icon && <Icon size={13} aria-hidden />}
          {label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
