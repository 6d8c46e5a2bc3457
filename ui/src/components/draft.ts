import { useCallback, useEffect, useRef, useState } from "react";
import { useBot } from "./bot-context";

const PAUSE = 100;

/**
 * The text under the caret belongs to the person: a focused widget shows its own draft, sends it at most every 100 ms
 * and once more on blur, and keeps it until the last send has come back. What others write shows after that.
 * Undo and redo of this window are the person's own wish, so they replace the draft.
 */
export function useDraft(value: string, send: (text: string) => Promise<unknown>) {
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const focused = useRef(false);
  const sent = useRef(value);
  const latest = useRef<string | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const underway = useRef(0);
  const sendRef = useRef(send);
  sendRef.current = send;
  const rewinds = useBot((bot) => bot.rewinds);

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const text = latest.current;
    if (text === undefined || text === sent.current) return;
    sent.current = text;
    underway.current += 1;
    sendRef.current(text).finally(() => {
      underway.current -= 1;
      if (underway.current === 0 && !focused.current) {
        latest.current = undefined;
        setDraft(undefined);
      }
    });
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when a rewind happened, for its sake alone
  useEffect(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    latest.current = undefined;
    setDraft(undefined);
  }, [rewinds]);

  useEffect(() => flush, [flush]);

  return {
    value: draft ?? value,
    onChange(text: string) {
      if (latest.current === undefined) sent.current = value;
      latest.current = text;
      setDraft(text);
      timer.current ??= setTimeout(flush, PAUSE);
    },
    onFocus() {
      focused.current = true;
      setDraft((draft) => draft ?? value);
    },
    onBlur() {
      focused.current = false;
      flush();
      if (underway.current === 0) {
        latest.current = undefined;
        setDraft(undefined);
      }
    },
    flush,
  };
}
