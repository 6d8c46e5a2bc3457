import { useEffect, useRef } from "react";
import type { CanvasHandle } from "../canvas";
import { pressed } from "../components";
import type { OpenBot } from "../flow";
import type { Action } from "./actions";
import { remove } from "./actions";
import { copyText, pasteText } from "./clipboard";

/** Keys of the workspace. Fields, menus and dialogs keep theirs. */
export function useKeys(actions: () => Action[]): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let space = false;
    const down = (event: KeyboardEvent) => {
      if (event.key === " ") space = isCanvas(event.target);
      if (event.defaultPrevented && event.key !== " ") return;
      if (event.key === "Escape" && (isTyping(event.target) || isInspector(event.target)) && !isOverlay(event.target)) {
        (event.target as HTMLElement).blur();
        focusCanvas();
        return;
      }
      for (const action of latest.current()) {
        if (action.native || !action.keys?.some((keys) => keys !== "Space" && pressed(event, keys))) continue;
        if (
          isTyping(event.target)
            ? !action.typing
            : isOverlay(event.target) || (action.canvas && !isCanvas(event.target))
        )
          continue;
        event.preventDefault();
        if (action.enabled) action.run();
        return;
      }
    };
    // Space held is the hand that pans; only Space alone asks for a node.
    const up = (event: KeyboardEvent) => {
      if (event.key !== " " || !space) return;
      space = false;
      const action = latest.current().find((action) => action.keys?.includes("Space"));
      if (action?.enabled) action.run();
    };
    const used = () => {
      space = false;
    };
    window.addEventListener("keydown", down);
    window.addEventListener("keyup", up);
    window.addEventListener("pointerdown", used);
    return () => {
      window.removeEventListener("keydown", down);
      window.removeEventListener("keyup", up);
      window.removeEventListener("pointerdown", used);
    };
  }, []);
}

export function useClipboard(bot: OpenBot, canvas: { current: CanvasHandle | undefined }): void {
  useEffect(() => {
    const ours = (event: ClipboardEvent) =>
      !isTyping(event.target) && !isOverlay(event.target) && !window.getSelection()?.toString();
    const take = (cut: boolean) => (event: ClipboardEvent) => {
      const text = ours(event) ? copyText(bot) : undefined;
      if (!text) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (cut) remove(bot, false);
    };
    const put = (event: ClipboardEvent) => {
      if (ours(event) && pasteText(bot, canvas.current, event.clipboardData?.getData("text/plain") ?? ""))
        event.preventDefault();
    };
    const copy = take(false);
    const cut = take(true);
    document.addEventListener("copy", copy);
    document.addEventListener("cut", cut);
    document.addEventListener("paste", put);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", cut);
      document.removeEventListener("paste", put);
    };
  }, [bot, canvas]);
}

export function focusCanvas(): void {
  const canvas = document.querySelector<HTMLElement>("[data-testid=canvas]");
  (canvas?.querySelector<HTMLElement>(".react-flow__node.selected") ?? canvas)?.focus({ preventScroll: true });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}

function isInspector(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("[data-panel=inspector]") !== null;
}

function isOverlay(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("[role=menu], [role=dialog], [role=listbox], [cmdk-root]") !== null
  );
}

function isCanvas(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true;
  if (target === document.body) return true;
  return target.closest(".nx-canvas") !== null && !target.closest("button, input");
}
