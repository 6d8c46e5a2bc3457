import {
  CaseSensitive,
  ChevronRight,
  Regex,
  Replace,
  ReplaceAll,
  Search as SearchIcon,
  WholeWord,
  X,
} from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Named, Usage } from "../api";
import {
  Button,
  cx,
  EmptyState,
  IconButton,
  KindIcon,
  PanelHead,
  TextInput,
  toast,
  useBot,
  useOpenBot,
} from "../components";
import {
  excerpt,
  finder,
  type Hit,
  type Query,
  type Range,
  replacing,
  searchBot,
  titleOf,
  usagesAsHits,
} from "../flow";
import { many, t } from "../words";

export const EMPTY: Query = { words: "", matchCase: false, wholeWord: false, regex: false };
/** More lines than this help nobody. */
const MOST = 300;

type Line = { hit: Hit; range: Range };

/** Looks through the whole bot, or shows where one thing is used; replaces what was found as one change. */
export function Search(props: {
  query: Query;
  onQuery(query: Query): void;
  uses: Named | undefined;
  onUses(uses: Named | undefined): void;
}) {
  const { query, uses } = props;
  const bot = useOpenBot();
  const revision = useBot((bot) => bot.mirror.revision);
  const linked = useBot((bot) => bot.linked);
  const [by, setBy] = useState("");
  const [replaces, setReplaces] = useState(false);
  const [found, setFound] = useState<{ of: Named; usages: Usage[] } | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew whenever the bot has changed
  useEffect(() => {
    if (!uses) return;
    let gone = false;
    bot.usages(uses).then((usages) => !gone && setFound({ of: uses, usages }));
    return () => {
      gone = true;
    };
  }, [bot, uses, revision]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the bot is read at this revision
  const { groups, trouble } = useMemo(() => {
    if (uses)
      return {
        groups: found?.of === uses ? usagesAsHits(bot.mirror, bot.kinds, found.usages) : [],
        trouble: undefined,
      };
    const find = finder(query);
    if (typeof find !== "function") return { groups: [], trouble: find.trouble };
    return { groups: query.words ? searchBot(bot.mirror, bot.kinds, find) : [], trouble: undefined };
  }, [bot, query, uses, found, revision]);

  const hits = groups.flatMap((group) => group.hits);
  const count = hits.reduce((sum, hit) => sum + hit.ranges.length, 0);
  const free = hits.some((hit) => hit.free);
  const replaceAll = async () => {
    const edits = replacing(bot.mirror, hits, query, by);
    const label = t("Replace {words}", { words: query.words });
    if (edits.length > 0 && (await bot.change(label, edits)))
      toast(many(edits.length, "Replaced in {n} text.", "Replaced in {n} texts."), t("Undo takes all of it back."));
  };
  const go = ({ hit }: Line) => {
    if (hit.id !== undefined && bot.mirror.flows.get(hit.flow)?.nodes.has(hit.id))
      bot.view.go(hit.flow, hit.id, hit.path);
    else {
      bot.view.show(hit.flow);
      if (hit.id !== undefined) bot.view.select([hit.id]);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const rows = [...(box.current?.querySelectorAll<HTMLElement>("[data-hit]") ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const to = event.key === "ArrowDown" ? at + 1 : event.key === "ArrowUp" ? at - 1 : undefined;
    if (to === undefined) return;
    if (to < 0) box.current?.querySelector<HTMLElement>("input")?.focus();
    else rows[to]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  const flip = (key: "matchCase" | "wholeWord" | "regex") => () => props.onQuery({ ...query, [key]: !query[key] });
  let left = MOST;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows walk through what is inside
    <div ref={box} className="flex min-h-0 flex-1 flex-col" data-testid="search" onKeyDown={onKeyDown}>
      <PanelHead title={uses ? t("Uses") : t("Search")}>
        {!uses && (
          <IconButton small icon={Replace} label={t("Replace")} on={replaces} onClick={() => setReplaces(!replaces)} />
        )}
      </PanelHead>
      {uses ? (
        <div className="mx-3 mb-2 flex items-center gap-1 rounded-md bg-accent-soft py-0.5 pr-0.5 pl-2">
          <span className="min-w-0 flex-1 truncate font-mono text-[12px] text-accent-ink">{nameOf(bot, uses)}</span>
          <IconButton small icon={X} label={t("Back to searching")} onClick={() => props.onUses(undefined)} />
        </div>
      ) : (
        <div className="flex flex-col gap-1.5 px-3 pb-2">
          <div className="relative">
            <TextInput
              id="search-words"
              aria-label={t("Search in all flows")}
              placeholder={t("Search in all flows")}
              value={query.words}
              aria-invalid={trouble !== undefined}
              className="pr-18"
              onChange={(event) => props.onQuery({ ...query, words: event.target.value })}
            />
            <span className="absolute inset-y-0 right-0.5 flex items-center">
              <IconButton
                small
                icon={CaseSensitive}
                label={t("Match case")}
                on={query.matchCase}
                onClick={flip("matchCase")}
              />
              <IconButton
                small
                icon={WholeWord}
                label={t("Whole words")}
                on={query.wholeWord}
                onClick={flip("wholeWord")}
              />
              <IconButton small icon={Regex} label={t("Regular expression")} on={query.regex} onClick={flip("regex")} />
            </span>
          </div>
          {replaces && (
            <div className="flex gap-1.5">
              <TextInput
                aria-label={t("Replace with")}
                placeholder={t("Replace with")}
                value={by}
                onChange={(event) => setBy(event.target.value)}
              />
              <Button icon={ReplaceAll} disabled={!linked || !free || trouble !== undefined} onClick={replaceAll}>
                {t("All")}
              </Button>
            </div>
          )}
        </div>
      )}
      <p className="px-3 pb-1.5 text-xs text-ink-3" role="status" aria-live="polite">
        {trouble
          ? t("This is no regular expression.")
          : count > 0
            ? `${many(count, "{n} place", "{n} places")}, ${many(groups.length, "{n} flow", "{n} flows")}`
            : ""}
      </p>
      <div className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-3">
        {count === 0 &&
          (uses ? (
            found?.of === uses && <EmptyState icon={SearchIcon} title={t("Nothing uses it")} />
          ) : query.words && !trouble ? (
            <EmptyState icon={SearchIcon} title={t("Nothing found")} />
          ) : (
            !trouble && (
              <EmptyState
                icon={SearchIcon}
                title={t("Search the whole bot")}
                text={t("Titles, texts, expressions, keys and notes of all flows.")}
              />
            )
          ))}
        {groups.map(({ flow, hits }) => {
          if (left <= 0) return null;
          const lines = hits.flatMap((hit) => hit.ranges.map((range) => ({ hit, range }))).slice(0, left);
          left -= lines.length;
          return (
            <section key={flow.path} aria-label={flow.name || flow.id}>
              <h3 className="sticky top-0 z-10 flex items-center gap-1 bg-panel px-1.5 py-1 text-xs font-semibold text-ink-2">
                <ChevronRight size={12} className="rotate-90 text-ink-3" aria-hidden />
                <span className="truncate">{flow.name || flow.id}</span>
                <span className="font-normal text-ink-3">{lines.length}</span>
              </h3>
              {lines.map((line, at) => (
                <HitRow
                  key={`${line.hit.id ?? ""} ${at.toString()}`}
                  line={line}
                  headed={at === 0 || lines[at - 1]?.hit.id !== line.hit.id}
                  onGo={() => go(line)}
                  {...(replaces && !uses && line.hit.free && linked
                    ? {
                        onReplace: () =>
                          bot.change(
                            t("Replace {words}", { words: query.words }),
                            replacing(bot.mirror, [line.hit], query, by, line.range),
                          ),
                      }
                    : {})}
                />
              ))}
            </section>
          );
        })}
        {count > MOST && (
          <p className="px-2 py-2 text-xs text-ink-3">{t("The first {n} places are shown.", { n: MOST })}</p>
        )}
      </div>
    </div>
  );
}

const PARTS: Record<Exclude<Hit["part"], "field">, () => string> = {
  title: () => t("Title"),
  key: () => t("Key"),
  note: () => t("Note"),
  group: () => t("Group"),
  flow: () => t("Flow name"),
};

function HitRow(props: { line: Line; headed: boolean; onGo(): void; onReplace?(): void }) {
  const { hit, range } = props.line;
  const bot = useOpenBot();
  const node = hit.id === undefined ? undefined : bot.mirror.flows.get(hit.flow)?.nodes.get(hit.id);
  const kind = node && bot.kinds.get(node.kind);
  const piece = excerpt(hit.text, range, 16);
  const part = hit.part === "field" ? (hit.where ?? "") : PARTS[hit.part]();
  return (
    <div className="group relative">
      {node && props.headed && (
        <p data-group={kind?.group ?? "unknown"} className="flex items-center gap-1.5 px-1.5 pt-1 text-sm font-medium">
          <KindIcon name={kind?.icon ?? "puzzle"} group={kind?.group} size={13} />
          <span className="truncate">{titleOf(node, kind)}</span>
        </p>
      )}
      <button
        type="button"
        data-hit
        onClick={props.onGo}
        className={cx(
          "flex w-full flex-col rounded-md py-0.5 pr-1.5 text-left hover:bg-hover focus-visible:-outline-offset-2",
          node ? "pl-6" : "pl-1.5",
        )}
      >
        <span className="w-full truncate text-sm text-ink-2">
          {piece.before}
          <mark className="rounded-[3px] bg-warning-soft px-px font-medium text-ink">{piece.found}</mark>
          {piece.after}
        </span>
        <span className="w-full truncate text-xs text-ink-3">{part}</span>
      </button>
      {props.onReplace && (
        <span className="absolute right-1 bottom-1 rounded bg-panel opacity-0 group-hover:opacity-100 focus-within:opacity-100">
          <IconButton small icon={Replace} label={t("Replace this one")} onClick={props.onReplace} />
        </span>
      )}
    </div>
  );
}

function nameOf(bot: ReturnType<typeof useOpenBot>, named: Named): string {
  if (named.is === "variable") return `${named.scope}.${named.name}`;
  if (named.is === "secret") return named.name;
  if (named.is === "flow") return bot.mirror.flowById(named.id)?.name || named.id;
  const node = bot.mirror.flows.get(named.flow)?.nodes.get(named.node);
  return node ? (node.key ? `nodes.${node.key}` : titleOf(node, bot.kinds.get(node.kind))) : named.node;
}
