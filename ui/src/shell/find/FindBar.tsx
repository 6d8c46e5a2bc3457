import { CaseSensitive, ChevronDown, ChevronUp, Regex, WholeWord, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { IconButton, useBot, useOpenBot } from "../../components";
import { finder, type Hit, type Query, searchFlow } from "../../flow";
import { t } from "../../words";
import { focusCanvas } from "../keyboard";

/** The same query is found again the next time the bar is opened. */
let before: Query = { words: "", matchCase: false, wholeWord: false, regex: false };
const MARKED = 500;

/** A small bar over the canvas that finds in the flow in view. `call` counts how often it was asked for. */
export function FindBar({ call, onClose }: { call: number; onClose(): void }) {
  const bot = useOpenBot();
  const flow = useBot((bot) => bot.flow);
  const version = useBot((bot) => bot.flow?.version ?? 0);
  const [query, setQuery] = useState(before);
  const [at, setAt] = useState(-1);
  const input = useRef<HTMLInputElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each call brings the caret here
  useEffect(() => input.current?.select(), [call]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the flow is read at this version
  const { hits, trouble } = useMemo(() => {
    const find = finder(query);
    if (typeof find !== "function") return { hits: [] as Hit[], trouble: true };
    return { hits: flow && query.words ? once(searchFlow(flow, bot.kinds, find)) : [], trouble: false };
  }, [bot, flow, version, query]);

  const go = (to: number) => {
    const next = (to + hits.length) % hits.length;
    const hit = hits[next];
    if (!hit || !flow) return;
    setAt(next);
    if (hit.id !== undefined && flow.near.rect(hit.id)) bot.view.go(flow.path, hit.id);
  };
  const ask = (next: Query) => {
    before = next;
    setQuery(next);
    setAt(-1);
  };
  const close = () => {
    onClose();
    requestAnimationFrame(focusCanvas);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && hits.length > 0) go(event.shiftKey ? (at < 0 ? -1 : at - 1) : at + 1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const flip = (key: "matchCase" | "wholeWord" | "regex") => () => ask({ ...query, [key]: !query[key] });
  const said = trouble
    ? t("No regular expression")
    : query.words === ""
      ? ""
      : hits.length === 0
        ? t("Nothing found")
        : at < 0
          ? t("{n} found", { n: hits.length })
          : t("{at} of {n}", { at: at + 1, n: hits.length });

  return (
    <search
      aria-label={t("Find in this flow")}
      data-testid="find"
      onKeyDown={onKeyDown}
      className="float-in absolute top-3 right-3 z-20 flex h-9 items-center gap-0.5 rounded-lg bg-raised pr-1 pl-3 shadow-float"
    >
      <Marks hits={hits} now={hits[at]?.id} />
      <input
        ref={input}
        aria-label={t("Find in this flow")}
        placeholder={t("Find in this flow")}
        spellCheck={false}
        value={query.words}
        aria-invalid={trouble}
        onChange={(event) => ask({ ...query, words: event.target.value })}
        className="h-full w-44 bg-transparent text-sm outline-none"
      />
      <span className="w-24 shrink-0 truncate pr-1 text-right text-xs text-ink-3" role="status" aria-live="polite">
        {said}
      </span>
      <IconButton small icon={CaseSensitive} label={t("Match case")} on={query.matchCase} onClick={flip("matchCase")} />
      <IconButton small icon={WholeWord} label={t("Whole words")} on={query.wholeWord} onClick={flip("wholeWord")} />
      <IconButton small icon={Regex} label={t("Regular expression")} on={query.regex} onClick={flip("regex")} />
      <span className="mx-1 h-4 w-px bg-line" aria-hidden />
      <IconButton
        small
        icon={ChevronUp}
        label={t("Previous")}
        keys="Shift+Enter"
        disabled={hits.length === 0}
        onClick={() => go(at < 0 ? -1 : at - 1)}
      />
      <IconButton
        small
        icon={ChevronDown}
        label={t("Next")}
        keys="Enter"
        disabled={hits.length === 0}
        onClick={() => go(at + 1)}
      />
      <IconButton small icon={X} label={t("Close")} keys="Escape" onClick={close} />
    </search>
  );
}

/** Walking goes from node to node, however often each of them has the words; the flow's own name has no place. */
function once(hits: readonly Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter((hit) => hit.id !== undefined && !seen.has(hit.id) && seen.add(hit.id));
}

/** Lights up what was found, on whatever of it is drawn. */
function Marks({ hits, now }: { hits: readonly Hit[]; now: string | undefined }) {
  if (hits.length === 0) return null;
  const of = (id: string) => `.react-flow__node[data-id="${CSS.escape(id)}"] > *`;
  const ids = hits.slice(0, MARKED).flatMap((hit) => (hit.id === undefined ? [] : [of(hit.id)]));
  return (
    <style>
      {`${ids.join(",")}{outline:2px solid color-mix(in oklch, var(--warning) 55%, transparent);outline-offset:2px}`}
      {now !== undefined && `${of(now)}{outline:2px solid var(--warning)}`}
    </style>
  );
}
