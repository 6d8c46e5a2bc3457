import { useStore } from "@xyflow/react";
import { type PointerEvent, useEffect, useMemo, useRef } from "react";
import { useBot, useOpenBot } from "../components";
import type { FlowMirror, Rect } from "../flow";
import { t } from "../words";

const WIDTH = 184;
const HEIGHT = 124;
const GROUPS = ["trigger", "message", "logic", "data", "world", "people", "ai", "unknown"] as const;

/** All of the flow, small, with the window in it: painted once a change; the window alone moves with the view. */
export function Minimap({
  flow,
  dark,
  onLook,
}: {
  flow: FlowMirror;
  dark: boolean;
  onLook(x: number, y: number): void;
}) {
  const bot = useOpenBot();
  const ref = useRef<HTMLCanvasElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const version = useBot(() => flow.version);
  const selected = useBot((bot) => bot.view.nodes);
  const [x, y, zoom] = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the flow has changed, not when the window moves
  const bounds = useMemo(() => flow.near.bounds() ?? { x: 0, y: 0, width: 1, height: 1 }, [flow, version]);
  const map = fitted(bounds);

  // biome-ignore lint/correctness/useExhaustiveDependencies: painted anew when the flow, the selection or the theme has changed
  useEffect(() => {
    const canvas = ref.current;
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen) return;
    const scale = window.devicePixelRatio || 1;
    canvas.width = WIDTH * scale;
    canvas.height = HEIGHT * scale;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    const ink = (group: string) => {
      const one = probe.current?.querySelector(`[data-group="${group}"]`);
      return one ? getComputedStyle(one).color : "gray";
    };
    const inks = new Map<string, string>(GROUPS.map((group) => [group, ink(group)]));
    const accent = getComputedStyle(canvas).getPropertyValue("--accent");
    for (const [id, rect] of flow.near.entries()) {
      const node = flow.nodes.get(id);
      const group = (node && bot.kinds.get(node.kind)?.group) ?? "unknown";
      pen.globalAlpha = node ? 1 : 0.4;
      pen.fillStyle = selected.has(id) ? accent : (inks.get(group) ?? "gray");
      pen.fillRect(
        map.x + (rect.x - bounds.x) * map.scale,
        map.y + (rect.y - bounds.y) * map.scale,
        Math.max(2, rect.width * map.scale),
        Math.max(1.5, rect.height * map.scale),
      );
    }
  }, [flow, version, selected, dark]);

  const window_ = {
    left: map.x + (-x / zoom - bounds.x) * map.scale,
    top: map.y + (-y / zoom - bounds.y) * map.scale,
    width: (width / zoom) * map.scale,
    height: (height / zoom) * map.scale,
  };
  const look = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onLook(
      (event.clientX - box.left - map.x) / map.scale + bounds.x,
      (event.clientY - box.top - map.y) / map.scale + bounds.y,
    );
  };
  return (
    <div
      className="nx-minimap"
      data-testid="minimap"
      role="img"
      aria-label={t("Map of the flow")}
      style={{ width: WIDTH, height: HEIGHT }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        look(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) look(event);
      }}
    >
      <canvas ref={ref} style={{ width: WIDTH, height: HEIGHT }} aria-hidden />
      <i className="nx-minimap-window" style={window_} />
      <span ref={probe} hidden>
        {GROUPS.map((group) => (
          <i key={group} data-group={group} style={{ color: "color-mix(in oklab, var(--kind) 75%, var(--panel))" }} />
        ))}
      </span>
    </div>
  );
}

/** How the flow fits into the map: its scale, and where its corner comes to lie. */
function fitted(bounds: Rect) {
  const scale = Math.min((WIDTH - 16) / bounds.width, (HEIGHT - 16) / bounds.height, 0.12);
  return { scale, x: (WIDTH - bounds.width * scale) / 2, y: (HEIGHT - bounds.height * scale) / 2 };
}
