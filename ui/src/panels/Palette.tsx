import { Command } from "cmdk";
import { Search } from "lucide-react";
import { type CSSProperties, useEffect, useMemo, useRef, useState } from "react";
import type { Descriptor, Platform } from "../api";
import { KindIcon, useBot, useMode, useOpenBot } from "../components";
import { isFirst, type Loose, matches, runsOn } from "../flow";
import { t } from "../words";

const GROUPS: [Descriptor["group"], string][] = [
  ["trigger", "Triggers"],
  ["message", "Messages"],
  ["logic", "Logic"],
  ["data", "Data"],
  ["world", "World"],
  ["people", "People"],
  ["ai", "AI"],
];
const HEAD =
  "pb-1 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3";
const WIDTH = 340;
const HEIGHT = 400;

/** Every kind of node, found by its title or by another word for it; what fits the dragged wire comes first. */
export function Palette(props: {
  at: { x: number; y: number };
  from: Loose | undefined;
  onPick(kind: Descriptor): void;
  onClose(): void;
}) {
  const bot = useOpenBot();
  const channels = useBot((bot) => bot.mirror.manifest.channels);
  const [words, setWords] = useState("");
  const mode = useMode();
  const box = useRef<HTMLDivElement>(null);
  const { from, onClose } = props;

  const found = useMemo(() => {
    const here = (Array.isArray(channels) ? channels : []) as Platform[];
    const fits = (kind: Descriptor) =>
      from?.end === "target" ? !kind.trigger : from?.end === "source" ? kind.ports.length > 0 : true;
    return [...bot.kinds.values()]
      .map((kind) => ({ kind, score: matches(kind, words), fits: fits(kind), here: runsOn(kind, here) }))
      .filter((one) => one.score > 0 && (one.fits || words === ""))
      .sort(
        (a, b) => Number(b.fits) - Number(a.fits) || Number(b.here) - Number(a.here) || (words ? b.score - a.score : 0),
      );
  }, [bot, channels, from, words]);

  useEffect(() => {
    const away = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    const timer = setTimeout(() => window.addEventListener("pointerdown", away), 0);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pointerdown", away);
    };
  }, [onClose]);

  const style: CSSProperties = {
    left: Math.max(8, Math.min(props.at.x, window.innerWidth - WIDTH - 8)),
    top: Math.max(8, Math.min(props.at.y, window.innerHeight - HEIGHT - 8)),
    width: WIDTH,
    maxHeight: HEIGHT,
  };
  const row = ({ kind, fits, here }: (typeof found)[number]) => (
    <Command.Item
      key={kind.kind}
      value={kind.kind}
      disabled={!fits}
      onSelect={() => props.onPick(kind)}
      data-group={kind.group}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 data-[disabled=true]:opacity-40 data-[selected=true]:bg-hover"
    >
      <KindIcon name={kind.icon} group={kind.group} size={15} />
      <span className="shrink-0 text-sm font-medium">{kind.title}</span>
      <span className="min-w-0 flex-1 truncate text-xs text-ink-3">
        {here ? gist(kind) : `only on ${kind.platforms.join(", ")}`}
      </span>
    </Command.Item>
  );

  return (
    <div
      ref={box}
      style={style}
      role="dialog"
      aria-label="Add a node"
      className="float-in fixed z-40 flex overflow-hidden rounded-xl bg-raised shadow-float"
    >
      <Command
        shouldFilter={false}
        loop
        label="Add a node"
        className="flex min-h-0 w-full flex-col"
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape") onClose();
        }}
      >
        <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-3">
          <Search size={14} className="text-ink-3" aria-hidden />
          <Command.Input
            autoFocus
            value={words}
            onValueChange={setWords}
            placeholder={from ? "Add the next node" : "Add a node"}
            className="h-full flex-1 bg-transparent text-sm outline-none"
          />
        </div>
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-1">
          {words.trim()
            ? found.map(row)
            : GROUPS.map(([group, title]) => {
                const its = found.filter((one) => one.kind.group === group && one.fits && isFirst(one.kind, mode));
                return its.length === 0 ? null : (
                  <Command.Group key={group} heading={title} className={HEAD}>
                    {its.map(row)}
                  </Command.Group>
                );
              })}
          {!words.trim() && found.some((one) => one.fits && !isFirst(one.kind, mode)) && (
            <Command.Group heading={t("More")} className={HEAD}>
              {found.filter((one) => one.fits && !isFirst(one.kind, mode)).map(row)}
            </Command.Group>
          )}
          {found.length === 0 && (
            <p className="px-3 py-6 text-center text-sm text-ink-3">No node is called that. Try another word for it.</p>
          )}
        </Command.List>
      </Command>
    </div>
  );
}

/** One line about a kind: its summary without the holes, else its help's first sentence. */
function gist(kind: Descriptor): string {
  return kind.help.split(/\n|(?<=\.)\s/)[0]?.replace(/[*_`]/g, "") ?? "";
}
