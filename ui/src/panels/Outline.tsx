import { Cable, ListTree } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { cx, EmptyState, IconButton, KindIcon, PanelHead, useBot, useOpenBot } from "../components";
import { inOrder, titleOf, spoken as told, worst } from "../flow";
import { many, t } from "../words";

const ROW = 28;

/** The flow as a list, in the order in which it runs: everything the canvas has, without a pointer. */
export function Outline({ onEdit, onJoin }: { onEdit(): void; onJoin(id: string): void }) {
  const bot = useOpenBot();
  const flow = useBot((bot) => bot.flow);
  const version = useBot((bot) => bot.flow?.version ?? 0);
  const nodes = useBot((bot) => bot.view.nodes);
  const editable = useBot((bot) => bot.editable);
  useBot((bot) => bot.mirror.trouble);
  const [at, setAt] = useState(0);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [renaming, setRenaming] = useState<string | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the flow is read at this version
  const steps = useMemo(() => (flow ? inOrder(flow, bot.kinds) : []), [flow, version, bot]);
  const here = Math.min(at, Math.max(0, steps.length - 1));
  const only = nodes.size === 1 ? [...nodes][0] : undefined;

  // What is selected elsewhere is where one is here.
  useEffect(() => {
    const found = steps.findIndex((step) => step.id === only);
    if (found >= 0) setAt(found);
  }, [only, steps]);
  useEffect(() => {
    const list = box.current;
    if (!list) return;
    if (here * ROW < list.scrollTop) list.scrollTop = here * ROW;
    else if ((here + 1) * ROW > list.scrollTop + list.clientHeight)
      list.scrollTop = (here + 1) * ROW - list.clientHeight;
  }, [here]);
  useEffect(() => {
    const list = box.current;
    if (!list) return;
    const resized = new ResizeObserver(() => setHeight(list.clientHeight));
    resized.observe(list);
    return () => resized.disconnect();
  }, []);
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-at="${here}"]`);
    if (row) {
      wantsFocus.current = false;
      row.focus();
    }
  });

  if (!flow) return null;
  const focus = (to: number) => {
    const next = Math.max(0, Math.min(to, steps.length - 1));
    wantsFocus.current = true;
    setAt(next);
    const id = steps[next]?.id;
    if (id !== undefined) bot.view.go(flow.path, id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).tagName === "INPUT") return;
    const id = steps[here]?.id;
    const page = Math.max(1, Math.floor(height / ROW) - 1);
    const to = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      Home: 0,
      End: steps.length - 1,
      PageDown: here + page,
      PageUp: here - page,
    }[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (to !== undefined) focus(to);
    else if (event.key === " " && id) bot.view.go(flow.path, id);
    else if (event.key === "Enter" && id) {
      bot.view.go(flow.path, id);
      onEdit();
    } else if (event.key === "F2" && id && editable) setRenaming(id);
    else if (event.key === "Delete" && id && editable) {
      wantsFocus.current = true;
      bot.act(t("Delete node"), { act: "remove", flow: flow.path, ids: [id], heal: event.shiftKey });
    } else if (event.key.toLowerCase() === "c" && id && editable) onJoin(id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const rename = (id: string, name: string) => {
    setRenaming(undefined);
    wantsFocus.current = true;
    if (name !== (flow.nodes.get(id)?.name ?? ""))
      bot.change(t("Rename node"), [
        { op: "prop", flow: flow.path, node: id, prop: "name", ...(name ? { value: name } : {}) },
      ]);
  };
  const first = Math.max(0, Math.floor(top / ROW) - 8);
  const last = Math.min(steps.length, Math.ceil((top + height) / ROW) + 8);
  const shown = steps.slice(first, last).map((step, by) => ({ step, place: first + by }));
  const current = steps[here];
  if (current && (here < first || here >= last)) shown.push({ step: current, place: here });

  return (
    <div className="flex min-h-0 flex-1 flex-col" data-testid="outline">
      <PanelHead title={flow.name || flow.id}>
        <span className="pr-1 text-xs text-ink-3">{many(steps.length, "{n} node", "{n} nodes")}</span>
      </PanelHead>
      <div
        ref={box}
        role="tree"
        aria-label={t("Nodes of {flow}, in order", { flow: flow.name || flow.id })}
        className="relative min-h-0 flex-1 overflow-y-auto px-1.5"
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        {steps.length === 0 && <EmptyState icon={ListTree} title={t("This flow is empty")} />}
        <div style={{ height: steps.length * ROW }} aria-hidden />
        {shown.map(({ step, place }) => {
          const node = flow.nodes.get(step.id);
          if (!node) return null;
          const kind = bot.kinds.get(node.kind);
          const problems = bot.mirror.trouble.ofNode(flow.path, step.id);
          const severity = worst(problems);
          const on = nodes.has(step.id);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it hears the keys
            <div
              key={step.id}
              role="treeitem"
              aria-level={step.depth + 1}
              aria-posinset={place + 1}
              aria-setsize={steps.length}
              aria-selected={on}
              aria-label={`${step.by ? `${step.by}: ` : ""}${told(node, kind)}${problems.length > 0 ? ` ${many(problems.length, "{n} problem", "{n} problems")}.` : ""}`}
              tabIndex={place === here ? 0 : -1}
              data-at={place}
              data-group={kind?.group ?? "unknown"}
              onClick={() => {
                setAt(place);
                bot.view.go(flow.path, step.id);
              }}
              onDoubleClick={() => editable && setRenaming(step.id)}
              style={{ top: place * ROW, paddingLeft: 6 + Math.min(step.depth, 8) * 12 }}
              className={cx(
                "group absolute right-1.5 left-1.5 flex h-7 items-center gap-2 rounded-md pr-1 text-sm focus-visible:-outline-offset-2",
                on ? "bg-accent-soft text-ink" : "text-ink-2 hover:bg-hover",
                step.lost && "opacity-70",
              )}
            >
              <KindIcon name={kind?.icon ?? "puzzle"} group={kind?.group} size={14} />
              {renaming === step.id ? (
                <input
                  aria-label={t("Node title")}
                  defaultValue={node.name ?? ""}
                  placeholder={kind?.title ?? node.kind}
                  // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
                  autoFocus
                  onFocus={(event) => event.currentTarget.select()}
                  onBlur={(event) => rename(step.id, event.currentTarget.value.trim())}
                  onKeyDown={(event) => {
                    event.stopPropagation();
                    if (event.key === "Enter") event.currentTarget.blur();
                    if (event.key === "Escape") {
                      wantsFocus.current = true;
                      setRenaming(undefined);
                    }
                  }}
                  className="h-6 min-w-0 flex-1 rounded border border-accent bg-raised px-1 text-sm"
                />
              ) : (
                <>
                  <span className="min-w-16 shrink-[0.2] truncate">{titleOf(node, kind)}</span>
                  <span className="min-w-0 flex-1 truncate text-xs text-ink-3">{step.by}</span>
                </>
              )}
              {severity && severity !== "hint" && (
                <span
                  className={cx("size-1.5 rounded-full", severity === "error" ? "bg-error" : "bg-warning")}
                  aria-hidden
                />
              )}
              {editable && (
                <span className="hidden group-focus-within:block group-hover:block">
                  <IconButton
                    small
                    icon={Cable}
                    label={t("Connect to…")}
                    keys="C"
                    tabIndex={-1}
                    onClick={(event) => {
                      event.stopPropagation();
                      onJoin(step.id);
                    }}
                  />
                </span>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
