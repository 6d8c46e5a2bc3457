import type { LucideIcon } from "lucide-react";
import { Switch as RadixSwitch, Tooltip as RadixTooltip } from "radix-ui";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "./cx";
import { keyLabels } from "./keys";

export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <span className={cx("inline-flex gap-0.5 align-middle", className)} aria-hidden>
      {keyLabels(keys).map((label) => (
        <kbd
          key={label}
          className="flex h-4 min-w-4 items-center justify-center rounded-[4px] border border-line-strong px-1 font-sans text-xs leading-none text-ink-3"
        >
          {label}
        </kbd>
      ))}
    </span>
  );
}

export function Tooltip(props: {
  label: string;
  keys?: string | undefined;
  side?: "top" | "bottom" | "left" | "right";
  children: ReactNode;
}) {
  return (
    <RadixTooltip.Root>
      <RadixTooltip.Trigger asChild>{props.children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content
          side={props.side ?? "bottom"}
          sideOffset={6}
          collisionPadding={8}
          className="float-in z-50 flex max-w-72 items-center gap-2 rounded-md bg-raised px-2 py-1 text-xs text-ink shadow-float"
        >
          {props.label}
          {props.keys && <Kbd keys={props.keys} />}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { ref?: Ref<HTMLButtonElement> };

const TONES = {
  plain:
    "border border-line-strong bg-raised text-ink hover:bg-hover active:bg-press shadow-[0_1px_1px_oklch(0_0_0/0.04)]",
  primary: "bg-accent text-on-accent hover:brightness-108 active:brightness-95",
  quiet: "text-ink-2 hover:bg-hover hover:text-ink active:bg-press",
  danger: "text-error hover:bg-error-soft",
} as const;

export function Button({
  tone = "plain",
  icon: Icon,
  className,
  children,
  ...rest
}: ButtonProps & { tone?: keyof typeof TONES; icon?: LucideIcon }) {
  return (
    <button
      type="button"
      {...rest}
      className={cx(
        "inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-md px-2.5 text-sm font-medium whitespace-nowrap transition-[background-color,filter,color] disabled:pointer-events-none disabled:opacity-45",
        TONES[tone],
        className,
      )}
    >
      {Icon && <Icon size={14} aria-hidden />}
      {children}
    </button>
  );
}

type IconButtonProps = ButtonProps & {
  icon: LucideIcon;
  label: string;
  keys?: string | undefined;
  on?: boolean;
  small?: boolean;
  side?: "top" | "bottom" | "left" | "right";
};

/** A button without words: it always has a name, and a tooltip with its key. */
export function IconButton({ icon: Icon, label, keys, on, small, side, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} keys={keys} side={side ?? "bottom"}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={on}
        className={cx(
          "inline-flex shrink-0 items-center justify-center rounded-md transition-colors aria-disabled:opacity-35 disabled:pointer-events-none disabled:opacity-35",
          small ? "size-6" : "size-7",
          on ? "bg-press text-ink" : "text-ink-2 hover:bg-hover hover:text-ink active:bg-press",
          className,
        )}
      >
        <Icon size={small ? 13 : 15} aria-hidden />
      </button>
    </Tooltip>
  );
}

export function Switch(props: {
  checked: boolean;
  onChange(checked: boolean): void;
  id?: string;
  disabled?: boolean | undefined;
  label?: string;
}) {
  return (
    <RadixSwitch.Root
      id={props.id}
      checked={props.checked}
      onCheckedChange={props.onChange}
      disabled={props.disabled}
      aria-label={props.label}
      className="h-4 w-7 shrink-0 rounded-full bg-line-strong transition-colors data-[state=checked]:bg-accent disabled:opacity-45"
    >
      <RadixSwitch.Thumb className="block size-3 translate-x-0.5 rounded-full bg-on-accent shadow-card transition-transform data-[state=checked]:translate-x-3.5" />
    </RadixSwitch.Root>
  );
}

const BADGES = {
  plain: "bg-hover text-ink-2",
  accent: "bg-accent-soft text-accent-ink",
  error: "bg-error-soft text-error",
  warning: "bg-warning-soft text-warning",
} as const;

export function Badge({
  tone = "plain",
  children,
  label,
}: {
  tone?: keyof typeof BADGES;
  children: ReactNode;
  label?: string;
}) {
  return (
    <span
      role="img"
      aria-label={label ?? (typeof children === "string" ? children : undefined)}
      className={cx(
        "inline-flex h-4 min-w-4 shrink-0 items-center justify-center gap-0.5 rounded-full px-1.5 text-xs font-medium leading-none",
        BADGES[tone],
      )}
    >
      {children}
    </span>
  );
}
