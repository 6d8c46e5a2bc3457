import { useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { useBot, useOpenBot } from "../components";
import { CARD_WIDTH, type FlowMirror, type Point } from "../flow";

const GROUPS = ["trigger", "message", "logic", "data", "world", "people", "ai", "unknown"] as const;

/** A flow from so far away that its cards are blocks: thousands of them in one bitmap, no element each. */
export function Painted({ flow, dark, moved }: { flow: FlowMirror; dark: boolean; moved: ReadonlyMap<string, Point> }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const bot = useOpenBot();
  const [x, y, zoom] = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const version = useBot(() => flow.version);
  const selected = useBot((bot) => bot.view.nodes);

  // biome-ignore lint/correctness/useExhaustiveDependencies: painted anew whenever anything that shows has changed
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas || width === 0) return;
    const frame = requestAnimationFrame(() => {
      const scale = window.devicePixelRatio || 1;
      canvas.width = width * scale;
      canvas.height = height * scale;
      const pen = canvas.getContext("2d");
      if (!pen) return;
      pen.setTransform(scale, 0, 0, scale, 0, 0);
      const window_ = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
      const near = flow.near.within(window_);
      const rectOf = (id: string) => {
        const rect = flow.near.rect(id);
        const to = moved.size > 0 ? moved.get(id) : undefined;
        return rect && to ? { ...rect, x: to.x, y: to.y } : rect;
      };
      const style = getComputedStyle(canvas);
      pen.strokeStyle = style.getPropertyValue("--wire");
      pen.globalAlpha = 0.5;
      pen.lineWidth = Math.max(0.5, Math.min(1.5, zoom * 8));
      pen.beginPath();
      for (const id of near) {
        const from = rectOf(id);
        const next = flow.nodes.get(id)?.next;
        if (!from || !next) continue;
        for (const port in next) {
          const to = rectOf(next[port] as string);
          if (!to) continue;
          pen.moveTo((from.x + CARD_WIDTH) * zoom + x, (from.y + 15) * zoom + y);
          pen.lineTo(to.x * zoom + x, (to.y + 15) * zoom + y);
        }
      }
      pen.stroke();
      pen.globalAlpha = 1;
      const blocks = new Map<string, string[]>();
      for (const id of near) {
        const node = flow.nodes.get(id);
        const group = (node && bot.kinds.get(node.kind)?.group) ?? "unknown";
        const list = blocks.get(group);
        if (list) list.push(id);
        else blocks.set(group, [id]);
      }
      for (const group of GROUPS) {
        const probe = canvas.parentElement?.querySelector<HTMLElement>(`[data-probe="${group}"]`);
        pen.fillStyle = (probe && getComputedStyle(probe).color) || "gray";
        for (const id of blocks.get(group) ?? []) {
          const rect = rectOf(id);
          if (rect)
            pen.fillRect(
              rect.x * zoom + x,
              rect.y * zoom + y,
              Math.max(1.5, rect.width * zoom),
              Math.max(1.5, rect.height * zoom),
            );
        }
      }
      pen.strokeStyle = style.getPropertyValue("--accent");
      pen.lineWidth = 2;
      for (const id of selected) {
        const rect = rectOf(id);
        if (rect)
          pen.strokeRect(rect.x * zoom + x - 2, rect.y * zoom + y - 2, rect.width * zoom + 4, rect.height * zoom + 4);
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [flow, x, y, zoom, width, height, version, selected, dark, bot, moved]);

  return (
    <>
      <canvas ref={ref} className="nx-painted" aria-hidden />
      {GROUPS.map((group) => (
        <i
          key={group}
          data-probe={group}
          data-group={group}
          hidden
          style={{ color: `color-mix(in oklab, var(--kind) 70%, var(--ground))` }}
        />
      ))}
    </>
  );
}
