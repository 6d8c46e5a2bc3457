import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { memo, useState } from "react";
import type { Platform } from "../api";
import { cx, KindIcon, plain, useOpenBot } from "../components";
import { hasInput, type PortSpot, spots, titleOf, worst } from "../flow";
import { many, t } from "../words";
import type { CardNode, StubNode } from "./scene";

export const CardView = memo(function CardView({ id, data, selected }: NodeProps<CardNode>) {
  const { node, kind, card, problems, wired, editable } = data;
  const bot = useOpenBot();
  const title = titleOf(node, kind);
  return (
    <div
      data-node-id={id}
      data-group={kind?.group ?? "unknown"}
      className={cx("nx-card", selected && "nx-selected")}
      style={{ height: card.height }}
      title={undefined}
    >
      <div className="nx-head">
        <KindIcon name={kind?.icon ?? "puzzle"} group={kind?.group} />
        {data.renaming ? (
          <TitleInput id={id} flow={data.flow} name={node.name ?? ""} fallback={kind?.title ?? node.kind} />
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: renaming by keyboard is F2 on the card
          <span
            className="nx-title"
            title={title}
            onDoubleClick={(event) => {
              event.stopPropagation();
              if (editable) bot.view.rename(id);
            }}
          >
            {title}
          </span>
        )}
        {data.only && <Only platforms={data.only} />}
        {problems.length > 0 && <TroubleMark problems={problems} />}
      </div>
      {card.lines > 0 && (
        <p className={cx("nx-says", !kind && "nx-unknown")} style={{ WebkitLineClamp: card.lines }}>
          {card.pieces.map((piece, at) =>
            piece.own ? (
              <span key={`${at.toString()}`} className="nx-own">
                {piece.text}
              </span>
            ) : (
              piece.text
            ),
          )}
        </p>
      )}
      {card.rows.map((row) => (
        <div key={row.id} className="nx-row" style={{ top: row.y - 14 }}>
          <span className={cx(row.field !== undefined ? "nx-chip" : "nx-name", row.role === "lost" && "nx-lost")}>
            {row.label}
          </span>
        </div>
      ))}
      {hasInput(kind) && (
        <Handle
          type="target"
          id="in"
          position={Position.Left}
          className={cx("nx-port nx-in", wired && "nx-wired")}
          style={{ left: -5, top: 10 }}
          isConnectable={editable}
          aria-hidden
        />
      )}
      {card.single && <OutPort spot={card.single} wired={card.single.id in node.next} editable={editable} />}
      {card.rows.map((row) => (
        <OutPort key={row.id} spot={row} wired={row.id in node.next} editable={editable} />
      ))}
      {card.below.map((spot) => (
        <OutPort key={spot.id} spot={spot} wired={spot.id in node.next} editable={editable} />
      ))}
    </div>
  );
});

function OutPort({ spot, wired, editable }: { spot: PortSpot; wired: boolean; editable: boolean }) {
  const aside = spot.role === "error" || spot.role === "compensate";
  return (
    <Handle
      type="source"
      id={spot.id}
      position={spot.side === "right" ? Position.Right : Position.Bottom}
      className={cx("nx-port nx-out", wired && "nx-wired", aside && "nx-aside", spot.role === "error" && "nx-error")}
      style={{ left: spot.x - 5, top: spot.y - 5 }}
      isConnectable={editable}
      data-port={spot.id}
      data-label={aside ? spot.label : undefined}
      aria-hidden
    />
  );
}

/** The kind does not work everywhere the bot is. */
function Only({ platforms }: { platforms: readonly Platform[] }) {
  const names = platforms.map((one) => PLATFORMS[one] ?? one).join(", ");
  const says = t("Works only on {platforms}", { platforms: names });
  return (
    <span className="nx-only" title={says} role="img" aria-label={says}>
      {names}
    </span>
  );
}

const PLATFORMS: { [key in Platform]?: string } = { telegram: "Telegram", discord: "Discord" };

function TroubleMark({ problems }: { problems: NodeProps<CardNode>["data"]["problems"] }) {
  const level = worst(problems);
  const Icon = level === "error" ? CircleAlert : level === "warning" ? TriangleAlert : Info;
  return (
    <span
      className={cx("nx-mark", level === "error" ? "text-error" : level === "warning" ? "text-warning" : "text-ink-3")}
      title={problems.map((problem) => plain(problem.message)).join("\n")}
      role="img"
      aria-label={many(problems.length, "{n} problem", "{n} problems")}
    >
      <Icon size={13} strokeWidth={2.25} aria-hidden />
      {problems.length > 1 && problems.length}
    </span>
  );
}

function TitleInput({ id, flow, name, fallback }: { id: string; flow: string; name: string; fallback: string }) {
  const bot = useOpenBot();
  const [text, setText] = useState(name || fallback);
  const finish = (keep: boolean) => {
    const typed = text.trim();
    const to = typed === fallback ? "" : typed;
    if (keep && to !== name)
      bot.change(t("Rename node"), [{ op: "prop", flow, node: id, prop: "name", ...(to ? { value: to } : {}) }]);
    bot.view.rename(undefined);
  };
  return (
    <input
      className="nx-rename nodrag nopan"
      aria-label={t("Node name")}
      value={text}
      // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") finish(false);
      }}
    />
  );
}

/** Nothing to see, but its ports are where the wires end: React Flow looks for them in the page. */
export const StubView = memo(function StubView({ data }: NodeProps<StubNode>) {
  return (
    <div className="nx-stub" aria-hidden>
      <Handle type="target" id="in" position={Position.Left} style={{ left: -5, top: 10 }} isConnectable={false} />
      {spots(data.card).map((spot) => (
        <Handle
          key={spot.id}
          type="source"
          id={spot.id}
          position={spot.side === "right" ? Position.Right : Position.Bottom}
          style={{ left: spot.x - 5, top: spot.y - 5 }}
          isConnectable={false}
        />
      ))}
    </div>
  );
});
