import { Monitor, Moon, Sun } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cx, Dialog, Switch } from "../../components";
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
  return (
    <Dialog open={open} onClose={onClose} title="Settings">
      <div className="min-h-0 overflow-y-auto px-4 pb-4">
        <Row label="Theme">
          <Themes theme={theme} setTheme={setTheme} />
        </Row>
        <Row label="Version">
          <span className="text-sm text-ink-2" data-selectable>
            {version}
          </span>
        </Row>
        {updates && (
          <>
            <Row
              label="Look for updates"
              for="look-for-updates"
              text="Asks github.com at every start; it sees your network address and nothing of your bots. You decide what is installed."
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

function Row(props: { label: string; for?: string; text?: string; children: ReactNode }) {
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
  { theme: "system", label: "System", icon: Monitor },
  { theme: "light", label: "Light", icon: Sun },
  { theme: "dark", label: "Dark", icon: Moon },
] as const;

function Themes({ theme, setTheme }: { theme: Theme; setTheme(theme: Theme): void }) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label="Theme"
      value={theme}
      // Pressing the chosen one says the same again.
      onValueChange={(chosen) => chosen && setTheme(chosen as Theme)}
      className="flex rounded-md border border-line bg-sunken p-0.5"
    >
      {THEMES.map(({ theme: one, label, icon: Icon }) => (
        <ToggleGroup.Item
          key={one}
          value={one}
          className={cx(
            "flex h-5.5 items-center gap-1.5 rounded-[5px] px-2 text-sm transition-colors",
            one === theme ? "bg-raised text-ink shadow-card" : "text-ink-3 hover:text-ink",
          )}
        >
          <Icon size={13} aria-hidden />
          {label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
