import {
  BaseEdge,
  type ConnectionLineComponentProps,
  EdgeLabelRenderer,
  type EdgeProps,
  useStore,
} from "@xyflow/react";
import { memo, useEffect } from "react";
import { cx, useBot, useOpenBot } from "../components";
import { aimAt, type Loose } from "../flow";
import { t } from "../words";
import { route } from "./route";
import type { SceneEdge } from "./scene";

export const WireView = memo(function WireView({ id, data, selected }: EdgeProps<SceneEdge>) {
  if (!data?.path) return null;
  if (data.link) return <Link id={id} link={data.link} selected={selected === true} />;
  return (
    <BaseEdge
      id={id}
      path={data.path}
      interactionWidth={18}
      className={cx(
        "nx-wire",
        data.back && "nx-wire-back",
        data.role === "error" && "nx-wire-error",
        data.role === "lost" && "nx-wire-lost",
        selected && "nx-wire-selected",
      )}
    />
  );
});

/** A hidden wire: a tag with its name at each end, each the way to the other. */
function Link({
  id,
  link,
  selected,
}: {
  id: string;
  link: NonNullable<NonNullable<SceneEdge["data"]>["link"]>;
  selected: boolean;
}) {
  const bot = useOpenBot();
  const { from, to } = link;
  const jump = (at: "from" | "to") => {
    const [source, port] = [id.slice(0, id.indexOf(" ")), id.slice(id.indexOf(" ") + 1)];
    const target = bot.flow?.nodes.get(source)?.next[port];
    const there = at === "to" ? target : source;
    if (bot.flow && there) bot.view.go(bot.flow.path, there);
  };
  const tag = (side: "out" | "in", at: { x: number; y: number }, text: string, label: string, onJump: () => void) => (
    <button
      type="button"
      className={cx("nx-tag nodrag nopan", `nx-tag-${side}`, selected && "nx-tag-selected")}
      style={{
        transform:
          side === "out"
            ? `translate(${(at.x + 14).toString()}px, ${at.y.toString()}px) translateY(-50%)`
            : `translate(${(at.x - 6).toString()}px, ${(link.lane - 26).toString()}px)`,
      }}
      data-tag={`${side} ${id}`}
      aria-label={label}
      title={label}
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => {
        if (event.shiftKey) bot.view.select(bot.view.nodes, [...bot.view.wires, id]);
        else onJump();
      }}
      onContextMenu={() => bot.view.select([], [id])}
    >
      {side === "out" ? `${text} →` : `→ ${text}`}
    </button>
  );
  return (
    <>
      <path
        className={cx("nx-wire", selected && "nx-wire-selected")}
        d={`M${from.x},${from.y}h14M${to.x},${to.y}h-6V${link.lane - 14}h8`}
        fill="none"
      />
      <EdgeLabelRenderer>
        {tag("out", from, link.name, t("Leads to {title}. Go there", { title: link.name }), () => jump("to"))}
        {tag("in", to, link.source, t("Comes from {title}. Go there", { title: link.source }), () => jump("from"))}
      </EdgeLabelRenderer>
    </>
  );
}

/** The wire while it is being dragged: it catches on what it can lead to, and says why where it cannot. */
export function LooseWire({
  fromX,
  fromY,
  toX,
  toY,
  fromNode,
  fromHandle,
  fromPosition,
}: ConnectionLineComponentProps) {
  const bot = useOpenBot();
  const flow = useBot((bot) => bot.flow);
  const zoom = useStore((state) => state.transform[2]);
  const into = fromHandle.type === "target";
  const from: Loose = into
    ? { end: "source", node: fromNode.id }
    : { end: "target", node: fromNode.id, port: fromHandle.id ?? "" };
  const aim = flow && aimAt(flow, bot.kinds, from, { x: toX, y: toY });
  const lit = aim?.node;
  const refused = aim && "why" in aim ? aim.why : undefined;

  useEffect(() => {
    const card = lit && document.querySelector(`.nx-card[data-node-id="${CSS.escape(lit)}"]`);
    if (!card) return;
    const mark = refused === undefined ? "nx-aimed" : "nx-refused";
    card.classList.add(mark);
    return () => card.classList.remove(mark);
  }, [lit, refused]);

  const tip = aim && "at" in aim ? aim.at : { x: toX, y: toY };
  const start = { x: fromX, y: fromY, top: fromY, bottom: fromY };
  const end = { ...tip, top: tip.y, bottom: tip.y };
  const path = into
    ? route({ ...end, side: "right" }, start)
    : route({ ...start, side: fromPosition === "bottom" ? "bottom" : "right" }, end);
  return (
    <g className={cx(refused !== undefined && "nx-loose-refused")}>
      <path className="nx-wire nx-wire-loose" d={path} fill="none" />
      <circle className="nx-wire-tip" cx={tip.x} cy={tip.y} r={aim && "at" in aim ? 6 : 4} />
      {refused !== undefined && (
        <g transform={`translate(${toX.toString()},${toY.toString()}) scale(${(1 / zoom).toString()})`}>
          <foreignObject x={14} y={12} width={280} height={40} className="nx-refusal-box">
            <span className="nx-refusal" role="status">
              {refused}
            </span>
          </foreignObject>
        </g>
      )}
    </g>
  );
}
