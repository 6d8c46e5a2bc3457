import { Handle, type NodeProps, NodeToolbar, Position } from "@xyflow/react";
import { ChevronDown, ChevronRight, Ungroup } from "lucide-react";
import { memo, useState } from "react";
import { cx, useOpenBot } from "../components";
import { regroup, ungroup } from "../flow";
import { many, t } from "../words";
import { tint } from "./colour";
import { Swatches } from "./Swatches";
import type { FrameNode } from "./scene";

/** A group: a frame around its nodes whose head moves them, or folded, one block in their place. */
export const FrameView = memo(function FrameView({ id, data }: NodeProps<FrameNode>) {
  const { group, title, color, folded, editable, chosen, renaming } = data;
  const bot = useOpenBot();
  const change = (label: string, to: Parameters<typeof regroup>[2]) => {
    if (bot.flow) bot.change(label, regroup(bot.flow, group, to));
  };
  const fold = folded ? t("Unfold group") : t("Fold group");
  return (
    <div
      className={cx("nx-frame", folded && "nx-folded", chosen && "nx-selected")}
      style={{ width: data.width, height: data.height, ...tint(color) }}
      data-frame-id={group}
    >
      <header className="nx-frame-head">
        <button
          type="button"
          className="nx-frame-button nodrag"
          aria-label={fold}
          title={fold}
          aria-expanded={!folded}
          disabled={!editable}
          // The keys stay with the canvas.
          onMouseDown={(event) => event.preventDefault()}
          onClick={(event) => {
            event.stopPropagation();
            change(folded ? t("Unfold group") : t("Fold group"), { folded: !folded });
          }}
        >
          {folded ? <ChevronRight size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />}
        </button>
        {renaming ? (
          <TitleInput
            title={title}
            onDone={(typed) => {
              if (typed && typed !== title) change(t("Rename group"), { title: typed });
              bot.view.rename(undefined);
            }}
          />
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: renaming by keyboard is an action of its own
          <span
            className="nx-frame-title"
            title={title}
            onDoubleClick={(event) => {
              event.stopPropagation();
              if (editable) bot.view.rename(id);
            }}
          >
            {title}
          </span>
        )}
      </header>
      {chosen && !renaming && editable && (
        <NodeToolbar
          isVisible
          position={Position.Top}
          align="start"
          offset={6}
          style={{ zIndex: 1000 }}
          className="nx-float-bar"
        >
          <Swatches color={color} onColor={(color) => change(t("Colour group"), { color })} />
          <button
            type="button"
            className="nx-frame-button nodrag"
            aria-label={t("Ungroup")}
            title={t("Ungroup")}
            onMouseDown={(event) => event.preventDefault()}
            onClick={(event) => {
              event.stopPropagation();
              if (bot.flow) bot.change(t("Ungroup"), ungroup(bot.flow, [group]));
            }}
          >
            <Ungroup size={13} aria-hidden />
          </button>
        </NodeToolbar>
      )}
      {folded && (
        <>
          <p className="nx-frame-count">{many(data.count, "{n} node", "{n} nodes")}</p>
          <Handle
            type="target"
            id="in"
            position={Position.Left}
            className="nx-port nx-in nx-wired"
            style={{ left: -5, top: data.height / 2 - 5 }}
            isConnectable={false}
            aria-hidden
          />
          <Handle
            type="source"
            id="out"
            position={Position.Right}
            className="nx-port nx-out nx-wired"
            style={{ left: data.width - 5, top: data.height / 2 - 5 }}
            isConnectable={false}
            aria-hidden
          />
        </>
      )}
    </div>
  );
});

function TitleInput({ title, onDone }: { title: string; onDone(title: string | undefined): void }) {
  const [text, setText] = useState(title);
  return (
    <input
      className="nx-frame-input nodrag nopan"
      aria-label={t("Name of the group")}
      value={text}
      // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => onDone(text.trim())}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") onDone(undefined);
      }}
    />
  );
}
