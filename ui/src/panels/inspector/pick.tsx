import { Command } from "cmdk";
import { Braces } from "lucide-react";
import { useState } from "react";
import { cx, IconButton, Popover } from "../../components";
import { type Name, plain } from "../../flow";
import { t } from "../../words";
import { useNames, useValues } from "./place";

const SHOWN = 80;

const groups = (): [Name["from"], string][] => [
  ["variable", t("Variables")],
  ["event", t("What came in")],
  ["node", t("Results of nodes")],
  ["given", t("Known by itself")],
  ["setting", t("Settings")],
];

/** A button that asks for a name an expression can use. */
export function NamePicker(props: {
  label: string;
  small?: boolean;
  className?: string;
  disabled?: boolean;
  onPick(path: string): void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={props.label}
      align="end"
      trigger={
        <IconButton
          icon={Braces}
          small={props.small ?? true}
          label={props.label}
          disabled={props.disabled}
          {...(props.className ? { className: props.className } : {})}
          onMouseDown={(event) => event.preventDefault()}
        />
      }
    >
      <NameList
        label={props.label}
        onPick={(path) => {
          setOpen(false);
          // The popover gives the focus back to its button first.
          setTimeout(() => props.onPick(path));
        }}
      />
    </Popover>
  );
}

export function NameList(props: { label: string; onPick(path: string): void }) {
  const [words, setWords] = useState("");
  const names = useNames()();
  const values = useValues();
  const query = words.trim().toLowerCase();
  const found = names.filter((name) => `${name.path} ${name.about}`.toLowerCase().includes(query));
  let room = SHOWN;
  return (
    <Command shouldFilter={false} label={props.label} className="flex max-h-80 flex-col">
      <Command.Input
        value={words}
        onValueChange={setWords}
        placeholder={t("Search")}
        className="h-9 shrink-0 border-b border-line bg-transparent px-3 text-sm outline-none"
      />
      <Command.List className="overflow-y-auto p-1">
        {groups().map(([from, title]) => {
          const list = found.filter((name) => name.from === from).slice(0, room);
          room -= list.length;
          if (list.length === 0) return null;
          return (
            <Command.Group
              key={from}
              heading={title}
              className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-1.5 [&_[cmdk-group-heading]]:pb-0.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3"
            >
              {list.map((name) => {
                const value = values?.(name.path);
                return (
                  <Command.Item
                    key={name.path}
                    value={name.path}
                    className="flex h-7 items-center gap-2 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
                    onSelect={() => props.onPick(name.path)}
                  >
                    <span className="min-w-0 shrink-0 font-mono text-[12px]">{name.path}</span>
                    <span
                      className={cx(
                        "min-w-0 flex-1 truncate text-right text-xs",
                        value === undefined ? "text-ink-3" : "text-ink-2",
                      )}
                    >
                      {value === undefined ? (name.from === "event" ? t(name.about) : name.about) : plain(value)}
                    </span>
                  </Command.Item>
                );
              })}
            </Command.Group>
          );
        })}
        {found.length === 0 && <p className="px-2 py-3 text-center text-sm text-ink-3">{t("Nothing found")}</p>}
      </Command.List>
    </Command>
  );
}
