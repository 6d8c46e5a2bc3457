import { Command } from "cmdk";
import { Search, Star } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Descriptor, Platform } from "../api";
import { cx, Kbd, KindIcon, useBot, useMode, useOpenBot, useRemembered } from "../components";
import { isFirst, type Loose, likeness, runsOn, type Wire } from "../flow";
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
const WIDTH = 360;
const HEIGHT = 420;
const MOST_RECENT = 5;

/** Every kind of node, found by what it is called or what it is for; what fits the wire comes first. */
export function Palette(props: {
  at: { x: number; y: number };
  from: Loose | undefined;
  /** The wire in whose middle the node will be. */
  into?: Wire | undefined;
  onPick(kind: Descriptor): void;
  onClose(): void;
}) {
  const bot = useOpenBot();
  const channels = useBot((bot) => bot.mirror.manifest.channels);
  const [words, setWords] = useState("");
  const [at, setAt] = useState("");
  const [liked, setLiked] = useRemembered<string[]>("kinds.liked", []);
  const [recent, setRecent] = useRemembered<string[]>("kinds.recent", []);
  const mode = useMode();
  const box = useRef<HTMLDivElement>(null);
  const { from, into, onClose } = props;

  const found = useMemo(() => {
    const here = (Array.isArray(channels) ? channels : []) as Platform[];
    const leadsOn = (kind: Descriptor) => kind.ports.length > 0;
    const fits = (kind: Descriptor) =>
      into
        ? !kind.trigger && leadsOn(kind)
        : from?.end === "target"
          ? !kind.trigger
          : from?.end === "source"
            ? leadsOn(kind)
            : true;
    return [...bot.kinds.values()]
      .map((kind) => ({ kind, score: likeness(kind, words), fits: fits(kind), here: runsOn(kind, here) }))
      .filter((one) => one.score > 0 && (one.fits || words === ""))
      .sort(
        (a, b) => Number(b.fits) - Number(a.fits) || Number(b.here) - Number(a.here) || (words ? b.score - a.score : 0),
      );
  }, [bot, channels, from, into, words]);

  const pick = (kind: Descriptor) => {
    setRecent([kind.kind, ...recent.filter((one) => one !== kind.kind)].slice(0, MOST_RECENT));
    props.onPick(kind);
  };
  const like = (kind: string) =>
    setLiked(liked.includes(kind) ? liked.filter((one) => one !== kind) : [...liked, kind]);
  const named = (kinds: readonly string[]) =>
    kinds.flatMap((name) => found.filter((one) => one.kind.kind === name && one.fits));
  /** A kind can stand in more than one place of the list; where it stands comes before its name. */
  const kindAt = (value: string) => value.slice(value.indexOf(" ") + 1);

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
  const row =
    (where: string) =>
    ({ kind, fits, here }: (typeof found)[number]) => (
      <Command.Item
        key={kind.kind}
        value={`${where} ${kind.kind}`}
        disabled={!fits}
        onSelect={() => pick(kind)}
        data-group={kind.group}
        data-kind={kind.kind}
        className="group flex h-8 items-center gap-2.5 rounded-md pr-1 pl-2 data-[disabled=true]:opacity-40 data-[selected=true]:bg-hover"
      >
        <KindIcon name={kind.icon} group={kind.group} size={15} />
        <span className="shrink-0 text-sm font-medium">{kind.title}</span>
        <span className="min-w-0 flex-1 truncate text-xs text-ink-3">
          {here ? gist(kind) : t("only on {platforms}", { platforms: kind.platforms.join(", ") })}
        </span>
        {/* Of no use to a screen reader inside of an option: there it is Alt+Enter, as the line below says. */}
        <span
          aria-hidden
          title={
            liked.includes(kind.kind)
              ? t("Remove {title} from the favourites", { title: t(kind.title) })
              : t("Add {title} to the favourites", { title: t(kind.title) })
          }
          className={cx(
            "flex size-6 shrink-0 items-center justify-center rounded-md hover:bg-press",
            liked.includes(kind.kind)
              ? "text-warning"
              : "text-ink-3 opacity-0 group-hover:opacity-100 group-data-[selected=true]:opacity-100",
          )}
          onClick={(event) => {
            event.stopPropagation();
            like(kind.kind);
          }}
        >
          <Star size={13} fill={liked.includes(kind.kind) ? "currentColor" : "none"} aria-hidden />
        </span>
      </Command.Item>
    );
  const section = (title: string, where: string, its: typeof found) =>
    its.length === 0 ? null : (
      <Command.Group
        key={where}
        heading={title}
        className="pb-1 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3"
      >
        {its.map(row(where))}
      </Command.Group>
    );
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") onClose();
    if (event.key !== "Enter" || !event.altKey) return;
    event.preventDefault();
    if (at) like(kindAt(at));
  };

  return (
    <div
      ref={box}
      style={style}
      role="dialog"
      aria-label={t("Add a node")}
      className="float-in fixed z-40 flex overflow-hidden rounded-xl bg-raised shadow-float"
    >
      <Command
        shouldFilter={false}
        loop
        label={t("Add a node")}
        value={at}
        onValueChange={setAt}
        className="flex min-h-0 w-full flex-col"
        onKeyDown={onKeyDown}
      >
        <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-3">
          <Search size={14} className="text-ink-3" aria-hidden />
          <Command.Input
            autoFocus
            value={words}
            onValueChange={setWords}
            placeholder={into ? t("Add a node in between") : from ? t("Add the next node") : t("Add a node")}
            className="h-full flex-1 bg-transparent text-sm outline-none"
          />
        </div>
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-1">
          {words.trim() ? (
            found.map(row("found"))
          ) : (
            <>
              {section(t("Favourites"), "liked", named(liked))}
              {section(t("Used last"), "recent", named(recent.filter((kind) => !liked.includes(kind))))}
              {GROUPS.map(([group, title]) =>
                section(
                  t(title),
                  group,
                  found.filter((one) => one.kind.group === group && one.fits && isFirst(one.kind, mode)),
                ),
              )}
              {section(
                t("More"),
                "more",
                found.filter((one) => one.fits && !isFirst(one.kind, mode)),
              )}
            </>
          )}
          {found.length === 0 && (
            <p className="px-3 py-6 text-center text-sm text-ink-3">
              {t("No node is called that. Try another word for it.")}
            </p>
          )}
        </Command.List>
        <p className="flex h-7 shrink-0 items-center gap-1.5 border-t border-line px-3 text-xs text-ink-3">
          <Kbd keys="Enter" /> {t("adds it")}
          <span className="w-2" />
          <Kbd keys="Alt+Enter" /> {t("makes it a favourite")}
        </p>
      </Command>
    </div>
  );
}

/** One line about a kind: its summary without the holes, else its help's first sentence. */
function gist(kind: Descriptor): string {
  return kind.help.split(/\n|(?<=\.)\s/)[0]?.replace(/[*_`]/g, "") ?? "";
}
