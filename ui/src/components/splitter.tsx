import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { cx } from "./cx";

/** The line between two panels. `size` is the one panel's; `grows` says which way the pointer makes it larger. */
export function Splitter(props: {
  label: string;
  size: number;
  least: number;
  most: number;
  grows: "right" | "left" | "up";
  onSize(size: number): void;
  onReset(): void;
}) {
  const start = useRef<{ at: number; size: number } | undefined>(undefined);
  const upright = props.grows !== "up";
  const sign = props.grows === "right" ? 1 : -1;
  const set = (size: number) => props.onSize(Math.round(Math.min(Math.max(size, props.least), props.most)));
  const at = (event: PointerEvent) => (upright ? event.clientX : event.clientY);

  function onKeyDown(event: KeyboardEvent) {
    const step = event.shiftKey ? 48 : 16;
    const keys = upright ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const which = keys.indexOf(event.key);
    if (which < 0) return;
    event.preventDefault();
    set(props.size + (which === 0 ? -step : step) * sign);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be dragged
    <div
      role="separator"
      tabIndex={0}
      aria-label={props.label}
      aria-orientation={upright ? "vertical" : "horizontal"}
      aria-valuenow={props.size}
      aria-valuemin={props.least}
      aria-valuemax={props.most}
      onKeyDown={onKeyDown}
      onDoubleClick={props.onReset}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: at(event), size: props.size };
      }}
      onPointerMove={(event) => {
        if (start.current) set(start.current.size + (at(event) - start.current.at) * sign);
      }}
      onPointerUp={() => {
        start.current = undefined;
      }}
      className={cx(
        "group relative z-10 shrink-0 touch-none bg-line",
        upright ? "w-px cursor-col-resize" : "h-px cursor-row-resize",
      )}
    >
      <span
        className={cx(
          "absolute transition-colors group-hover:bg-accent group-focus-visible:bg-accent group-active:bg-accent",
          upright ? "inset-y-0 -left-px w-[3px]" : "inset-x-0 -top-px h-[3px]",
        )}
      />
      <span className={cx("absolute", upright ? "inset-y-0 -left-1 w-2.5" : "inset-x-0 -top-1 h-2.5")} />
    </div>
  );
}
