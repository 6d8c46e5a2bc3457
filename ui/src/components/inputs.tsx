import { Check, ChevronDown } from "lucide-react";
import { Select as RadixSelect } from "radix-ui";
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type TextareaHTMLAttributes,
  useLayoutEffect,
  useRef,
} from "react";
import { t } from "../words";
import { cx } from "./cx";
import { Prose, plain } from "./prose";

const BOX =
  "w-full rounded-md border border-line bg-sunken text-sm text-ink transition-[border-color,background-color] hover:border-line-strong focus:border-accent focus:bg-raised focus:outline-1 focus:-outline-offset-1 focus:outline-accent disabled:opacity-60 aria-invalid:border-error";

type InputProps = InputHTMLAttributes<HTMLInputElement> & { mono?: boolean | undefined; ref?: Ref<HTMLInputElement> };

export function TextInput({ mono, className, ...rest }: InputProps) {
  return (
    <input
      type="text"
      spellCheck={false}
      autoComplete="off"
      {...rest}
      className={cx(BOX, "h-7 px-2 read-only:text-ink-2", mono && "font-mono text-[12px]!", className)}
    />
  );
}

type AreaProps = TextareaHTMLAttributes<HTMLTextAreaElement> & {
  mono?: boolean | undefined;
  least?: number;
  most?: number;
};

/** Grows with its text, from `least` to `most` lines. */
export function TextArea({ mono, least = 2, most = 14, className, value, ...rest }: AreaProps) {
  const ref = useRef<HTMLTextAreaElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = "0";
    area.style.height = `${Math.min(Math.max(area.scrollHeight + 2, least * 18 + 10), most * 18 + 10)}px`;
  }, [value, least, most]);
  return (
    <textarea
      ref={ref}
      spellCheck={!mono}
      value={value}
      {...rest}
      className={cx(
        BOX,
        "block resize-none px-2 py-1 read-only:text-ink-2",
        mono && "font-mono text-[12px]!",
        className,
      )}
    />
  );
}

export type Option = { value: string; label: string; hint?: string };

export function Select(props: {
  value: string | undefined;
  options: readonly Option[];
  onChange(value: string): void;
  id?: string | undefined;
  label?: string | undefined;
  placeholder?: string | undefined;
  disabled?: boolean | undefined;
}) {
  return (
    <RadixSelect.Root value={props.value ?? ""} onValueChange={props.onChange} disabled={props.disabled ?? false}>
      <RadixSelect.Trigger
        id={props.id}
        aria-label={props.label}
        className={cx(BOX, "flex h-7 items-center gap-2 pr-1.5 pl-2 text-left data-[placeholder]:text-ink-3")}
      >
        <span className="min-w-0 flex-1 truncate">
          <RadixSelect.Value placeholder={props.placeholder ?? t("Choose")} />
        </span>
        <ChevronDown size={13} className="shrink-0 text-ink-3" aria-hidden />
      </RadixSelect.Trigger>
      <RadixSelect.Portal>
        <RadixSelect.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="float-in z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg bg-raised p-1 shadow-float"
        >
          <RadixSelect.Viewport>
            {props.options.map((option) => (
              <RadixSelect.Item
                key={option.value}
                value={option.value}
                className="flex h-7 items-center gap-2 rounded-md pr-2 pl-1.5 text-sm outline-none data-[highlighted]:bg-hover"
              >
                <span className="flex w-3.5 justify-center">
                  <RadixSelect.ItemIndicator>
                    <Check size={13} className="text-accent-ink" aria-hidden />
                  </RadixSelect.ItemIndicator>
                </span>
                <RadixSelect.ItemText>{option.label}</RadixSelect.ItemText>
                {option.hint && <span className="ml-auto pl-3 text-xs text-ink-3">{option.hint}</span>}
              </RadixSelect.Item>
            ))}
          </RadixSelect.Viewport>
        </RadixSelect.Content>
      </RadixSelect.Portal>
    </RadixSelect.Root>
  );
}

/** A label, a control and what there is to say about it. */
export function Field(props: {
  label: string;
  for?: string | undefined;
  labelId?: string | undefined;
  required?: boolean | undefined;
  help?: string | undefined;
  trouble?: { tone: "error" | "warning" | "hint"; text: string } | undefined;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-col gap-1" data-field={props.label}>
      <div className="flex h-5 items-center gap-1">
        <label
          id={props.labelId}
          htmlFor={props.for}
          title={props.help && plain(props.help)}
          className="truncate text-sm font-medium text-ink-2"
        >
          {props.label}
          {props.required && (
            <span className="text-ink-3" title={t("Needed")}>
              {" "}
              *
            </span>
          )}
        </label>
        <span className="ml-auto flex items-center">{props.aside}</span>
      </div>
      {props.children}
      {props.trouble && (
        <p
          className={cx(
            "text-xs",
            props.trouble.tone === "error"
              ? "text-error"
              : props.trouble.tone === "warning"
                ? "text-warning"
                : "text-ink-3",
          )}
        >
          <Prose text={props.trouble.text} />
        </p>
      )}
    </div>
  );
}
