import { Command } from "cmdk";
import { Check, ChevronDown, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { t } from "../words";
import { cx } from "./cx";
import { Popover } from "./surfaces";

export type Choice = { value: string; label: string; hint?: string; icon?: ReactNode };

const SHOWN = 60;

/** A choice from a long list by typing; `free` lets what was typed stand as it is. */
export function Combo(props: {
  value: string | undefined;
  choices: readonly Choice[];
  onChange(value: string | undefined): void;
  label: string;
  id?: string | undefined;
  placeholder?: string;
  none?: string;
  free?: boolean;
  /** Makes what was typed, where nothing has that name. */
  create?: { label(typed: string): string; run(typed: string): void } | undefined;
  mono?: boolean;
  disabled?: boolean | undefined;
}) {
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState("");
  const chosen = props.choices.find((choice) => choice.value === props.value);
  const query = words.trim().toLowerCase();
  const found = props.choices.filter((choice) => `${choice.label} ${choice.hint ?? ""}`.toLowerCase().includes(query));
  const typed = words.trim();
  const pick = (value: string | undefined) => {
    setOpen(false);
    setWords("");
    if (value !== props.value) props.onChange(value);
  };
  const row = "flex h-7 items-center gap-2 rounded-md px-2 text-sm data-[selected=true]:bg-hover";
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          id={props.id}
          aria-label={props.label}
          disabled={props.disabled}
          className={cx(
            "flex h-7 w-full min-w-0 items-center gap-2 rounded-md border border-line bg-sunken pr-1.5 pl-2 text-left text-sm hover:border-line-strong disabled:opacity-60",
            props.mono && "font-mono text-[12px]!",
          )}
        >
          {chosen?.icon}
          <span className={cx("min-w-0 flex-1 truncate", props.value === undefined && "font-sans text-ink-3")}>
            {chosen?.label ?? props.value ?? props.placeholder ?? props.none ?? t("Choose")}
          </span>
          <ChevronDown size={13} className="shrink-0 text-ink-3" aria-hidden />
        </button>
      }
    >
      <Command shouldFilter={false} label={props.label} className="flex max-h-80 flex-col">
        <Command.Input
          value={words}
          onValueChange={setWords}
          placeholder={props.free ? t("Search or type") : t("Search")}
          className="h-9 shrink-0 border-b border-line bg-transparent px-3 text-sm outline-none"
        />
        <Command.List className="overflow-y-auto p-1">
          {props.none && !query && (
            <Command.Item value="  none" className={cx(row, "text-ink-3")} onSelect={() => pick(undefined)}>
              {props.none}
            </Command.Item>
          )}
          {found.slice(0, SHOWN).map((choice) => (
            <Command.Item key={choice.value} value={choice.value} className={row} onSelect={() => pick(choice.value)}>
              {choice.icon}
              <span className={cx("min-w-0 flex-1 truncate", props.mono && "font-mono text-[12px]")}>
                {choice.label}
              </span>
              {choice.hint && <span className="shrink-0 text-xs text-ink-3">{choice.hint}</span>}
              {choice.value === props.value && <Check size={13} className="shrink-0 text-accent-ink" aria-hidden />}
            </Command.Item>
          ))}
          {props.free && typed && !props.choices.some((choice) => choice.value === typed) && (
            <Command.Item value={`  free ${typed}`} className={row} onSelect={() => pick(typed)}>
              Use <span className="truncate font-mono text-[12px]">{typed}</span>
            </Command.Item>
          )}
          {props.create && (
            <Command.Item
              value="  create"
              className={cx(row, "text-accent-ink")}
              onSelect={() => {
                setOpen(false);
                setWords("");
                props.create?.run(typed);
              }}
            >
              <Plus size={13} className="shrink-0" aria-hidden />
              <span className="min-w-0 flex-1 truncate">{props.create.label(typed)}</span>
            </Command.Item>
          )}
          {found.length === 0 && !(props.free && typed) && !props.create && (
            <p className="px-2 py-3 text-center text-sm text-ink-3">{t("Nothing found")}</p>
          )}
          {found.length > SHOWN && (
            <p className="px-2 py-1.5 text-xs text-ink-3">
              {t("{n} more; type to narrow them down", { n: found.length - SHOWN })}
            </p>
          )}
        </Command.List>
      </Command>
    </Popover>
  );
}
