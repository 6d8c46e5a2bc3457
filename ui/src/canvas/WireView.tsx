import { BaseEdge, type ConnectionLineComponentProps, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { cx } from "../components";
import { route } from "./route";
import type { SceneEdge } from "./scene";

export const WireView = memo(function WireView({ id, data, selected }: EdgeProps<SceneEdge>) {
  if (!data?.path) return null;
  return (
    <BaseEdge
      id={id}
      path={data.path}
      interactionWidth={18}
      className={cx(
        "nx-wire",
        data.role === "error" && "nx-wire-error",
        data.role === "lost" && "nx-wire-lost",
        selected && "nx-wire-selected",
      )}
    />
  );
});

/** The wire while it is being dragged. */
export function LooseWire({ fromX, fromY, toX, toY, fromHandle, fromPosition }: ConnectionLineComponentProps) {
  const start = { x: fromX, y: fromY, top: fromY, bottom: fromY };
  const end = { x: toX, y: toY, top: toY, bottom: toY };
  const path =
    fromHandle.type === "target"
      ? route({ ...end, side: "right" }, start)
      : route({ ...start, side: fromPosition === "bottom" ? "bottom" : "right" }, end);
  return (
    <g>
      <path className="nx-wire nx-wire-loose" d={path} fill="none" />
      <circle className="nx-wire-tip" cx={toX} cy={toY} r={4} />
    </g>
  );
}
