import { CircleAlert, Info, type LucideIcon, TriangleAlert, X } from "lucide-react";
import { DropdownMenu, Dialog as RadixDialog, Popover as RadixPopover } from "radix-ui";
import type { ReactNode } from "react";
import { t } from "../words";
import { IconButton, Kbd } from "./controls";
import { cx } from "./cx";

export function PanelHead(props: { title: string; children?: ReactNode }) {
  return (
    <header className="flex h-9 shrink-0 items-center gap-1 pr-2 pl-3">
      <h2 className="truncate text-xs font-semibold text-ink-3">{props.title}</h2>
      <span className="ml-auto flex items-center gap-0.5">{props.children}</span>
    </header>
  );
}

export function EmptyState(props: { title: string; text?: string; icon?: LucideIcon; children?: ReactNode }) {
  const Icon = props.icon;
  return (
    <div className="flex flex-col items-center justify-center gap-1 px-6 py-8 text-center">
      {Icon && <Icon size={20} strokeWidth={1.6} className="mb-2 text-ink-3" aria-hidden />}
      <p className="text-sm font-medium text-ink-2">{props.title}</p>
      {props.text && <p className="max-w-64 text-sm text-ink-3">{props.text}</p>}
      {props.children && <div className="mt-3 flex gap-2">{props.children}</div>}
    </div>
  );
}

const TONES = {
  info: { box: "bg-accent-soft", ink: "text-accent-ink", icon: Info },
  warning: { box: "bg-warning-soft", ink: "text-warning", icon: TriangleAlert },
  error: { box: "bg-error-soft", ink: "text-error", icon: CircleAlert },
} as const;

export type Tone = keyof typeof TONES;

/** What a person should know here, what to do about it, and the button that does it. */
export function Notice(props: {
  tone: Tone;
  title: string;
  text?: string | undefined;
  /** It stands in a dialog, which has more room at its sides. */
  wide?: boolean;
  children?: ReactNode;
}) {
  const tone = TONES[props.tone];
  return (
    <div role="status" className={cx("flex gap-2 py-2.5", props.wide ? "px-4" : "px-3", tone.box)}>
      <tone.icon size={15} className={cx("mt-px shrink-0", tone.ink)} aria-hidden />
      <div className="flex min-w-0 flex-1 flex-col items-start gap-2">
        <p className="text-sm break-words" data-selectable>
          <span className="font-medium">{props.title}</span>
          {props.text && <span className="text-ink-2"> {props.text}</span>}
        </p>
        {props.children}
      </div>
    </div>
  );
}

/** A strip across the work: something the person should know, and what can be done. */
export function Banner(props: {
  tone: keyof typeof TONES;
  title: string;
  text?: string | undefined;
  children?: ReactNode;
}) {
  const tone = TONES[props.tone];
  return (
    <div role="status" className="shrink-0 border-b border-line bg-panel">
      <div className={cx("flex min-h-9 flex-wrap items-center gap-x-2 gap-y-1 px-3 py-1", tone.box)}>
        <tone.icon size={15} className={cx("shrink-0", tone.ink)} aria-hidden />
        <p className="min-w-0 flex-1 basis-60 text-sm">
          <span className="font-medium">{props.title}</span>
          {props.text && <span className="text-ink-2"> {props.text}</span>}
        </p>
        <span className="flex items-center gap-1.5">{props.children}</span>
      </div>
    </div>
  );
}

export type MenuItem =
  | {
      kind: "item";
      label: string;
      icon?: LucideIcon;
      keys?: string | undefined;
      disabled?: boolean;
      danger?: boolean;
      checked?: boolean;
      run(): void;
    }
  | { kind: "line" }
  | { kind: "title"; label: string };

export function MenuContent({ items, align = "start" }: { items: readonly MenuItem[]; align?: "start" | "end" }) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className="float-in z-50 min-w-52 rounded-lg bg-raised p-1 shadow-float"
        onCloseAutoFocus={(event) => event.preventDefault()}
      >
        {items.map((item, at) => {
          if (item.kind === "line")
            return <DropdownMenu.Separator key={`line ${at.toString()}`} className="mx-2 my-1 h-px bg-line" />;
          if (item.kind === "title")
            return (
              <DropdownMenu.Label key={item.label} className="px-2 pt-1.5 pb-1 text-xs font-medium text-ink-3">
                {item.label}
              </DropdownMenu.Label>
            );
          const Icon = item.icon;
          return (
            <DropdownMenu.Item
              key={item.label}
              disabled={item.disabled ?? false}
              onSelect={item.run}
              className={cx(
                "flex h-7 items-center gap-2 rounded-md px-2 text-sm outline-none data-[disabled]:opacity-40 data-[highlighted]:bg-hover",
                item.danger && "text-error data-[highlighted]:bg-error-soft",
              )}
            >
              <span className="flex w-4 justify-center">
                {Icon && <Icon size={14} aria-hidden className={item.danger ? "" : "text-ink-3"} />}
              </span>
              <span className="flex-1">{item.label}</span>
              {item.checked && (
                <span className="text-accent-ink" role="img" aria-label={t("chosen")}>
                  ✓
                </span>
              )}
              {item.keys && <Kbd keys={item.keys} className="pl-4" />}
            </DropdownMenu.Item>
          );
        })}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  );
}

export function Menu(props: { items: readonly MenuItem[]; align?: "start" | "end"; children: ReactNode }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{props.children}</DropdownMenu.Trigger>
      <MenuContent items={props.items} align={props.align ?? "start"} />
    </DropdownMenu.Root>
  );
}

/** A menu that opens where the pointer is. */
export function MenuAt(props: {
  at: { x: number; y: number } | undefined;
  items: readonly MenuItem[];
  onClose(): void;
}) {
  if (!props.at) return null;
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => !open && props.onClose()}>
      <DropdownMenu.Trigger asChild>
        <span className="pointer-events-none fixed size-0" style={{ left: props.at.x, top: props.at.y }} />
      </DropdownMenu.Trigger>
      <MenuContent items={props.items} />
    </DropdownMenu.Root>
  );
}

export function Popover(props: {
  open: boolean;
  onOpenChange(open: boolean): void;
  trigger: ReactNode;
  /** Its name, for those who do not see it. */
  label?: string;
  align?: "start" | "end";
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <RadixPopover.Root open={props.open} onOpenChange={props.onOpenChange}>
      <RadixPopover.Trigger asChild>{props.trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          align={props.align ?? "start"}
          aria-label={props.label}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            "float-in z-30 flex max-h-(--radix-popover-content-available-height) flex-col overflow-hidden rounded-lg bg-raised shadow-float",
            props.wide ? "w-96" : "w-72",
          )}
        >
          {props.children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

/** For what truly needs the whole attention. Everyday work never opens one. */
export function Dialog(props: {
  open: boolean;
  onClose(): void;
  title: string;
  hideTitle?: boolean;
  wide?: boolean;
  top?: boolean;
  children: ReactNode;
}) {
  return (
    <RadixDialog.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0.15_0.02_265/0.28)]" />
        <RadixDialog.Content
          aria-describedby={undefined}
          // The first thing to reach would be the button that closes, with its tooltip over what was opened.
          {...(props.hideTitle ? {} : { onOpenAutoFocus: focusItself })}
          className={cx(
            "float-in fixed left-1/2 z-40 flex max-h-[84vh] -translate-x-1/2 flex-col overflow-hidden rounded-xl bg-raised shadow-float outline-none",
            props.top ? "top-[12vh]" : "top-1/2 -translate-y-1/2",
            props.wide ? "w-[min(1040px,94vw)]" : "w-[min(520px,92vw)]",
          )}
        >
          <div className={cx("flex h-11 shrink-0 items-center pr-2 pl-4", props.hideTitle && "sr-only")}>
            <RadixDialog.Title className="text-md font-semibold">{props.title}</RadixDialog.Title>
            {!props.hideTitle && (
              <IconButton icon={X} label={t("Close")} keys="Escape" className="ml-auto" onClick={props.onClose} />
            )}
          </div>
          {props.children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function focusItself(event: Event): void {
  event.preventDefault();
  (event.currentTarget as HTMLElement).focus();
}
