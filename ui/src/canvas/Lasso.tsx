import { type PointerEvent, useCallback, useRef, useState } from "react";
import type { Point } from "../flow";

/** A line drawn by hand around what is to be selected: dragging with Alt held. Draws in the window's own pixels. */
export function useLasso(onLine: (line: Point[], add: boolean) => void) {
  const [line, setLine] = useState<readonly Point[] | undefined>(undefined);
  const latest = useRef<Point[]>([]);

  const onPointerDownCapture = useCallback(
    (event: PointerEvent<HTMLDivElement>) => {
      const pane = (event.target as HTMLElement).closest(".react-flow__pane");
      if (!event.altKey || event.button !== 0 || !pane) return;
      // React Flow would draw its box.
      event.stopPropagation();
      event.preventDefault();
      const box = event.currentTarget;
      const add = event.shiftKey;
      latest.current = [{ x: event.clientX, y: event.clientY }];
      const move = (event: globalThis.PointerEvent) => {
        const last = latest.current.at(-1);
        const at = { x: event.clientX, y: event.clientY };
        if (last && Math.hypot(last.x - at.x, last.y - at.y) < 3) return;
        latest.current.push(at);
        setLine([...latest.current]);
      };
      const up = () => {
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", up);
        window.removeEventListener("pointercancel", up);
        if (latest.current.length > 2) onLine(latest.current, add);
        setLine(undefined);
        box.focus({ preventScroll: true });
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", up);
      window.addEventListener("pointercancel", up);
    },
    [onLine],
  );
  return { line, onPointerDownCapture };
}

export function Lasso({ line, from }: { line: readonly Point[]; from: Point }) {
  return (
    <svg className="nx-lasso" aria-hidden>
      <polygon points={line.map(({ x, y }) => `${(x - from.x).toString()},${(y - from.y).toString()}`).join(" ")} />
    </svg>
  );
}
