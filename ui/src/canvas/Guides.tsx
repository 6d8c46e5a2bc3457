import { useReactFlow, ViewportPortal } from "@xyflow/react";
import type { Guide } from "../flow";

/** The lines that a dragged card has come to stand on. */
export function Guides({ guides }: { guides: readonly Guide[] }) {
  const rf = useReactFlow();
  if (guides.length === 0) return null;
  const thin = 1 / rf.getZoom();
  return (
    <ViewportPortal>
      {guides.map((guide) => (
        <i
          key={`${guide.axis} ${guide.at.toString()}`}
          className="nx-guide"
          data-axis={guide.axis}
          style={
            guide.axis === "x"
              ? { left: guide.at - thin / 2, top: guide.from - 8, width: thin, height: guide.to - guide.from + 16 }
              : { left: guide.from - 8, top: guide.at - thin / 2, width: guide.to - guide.from + 16, height: thin }
          }
        />
      ))}
    </ViewportPortal>
  );
}
