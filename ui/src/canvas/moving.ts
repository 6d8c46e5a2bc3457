import { type NodeChange, useReactFlow } from "@xyflow/react";
import type React from "react";
import { type RefObject, useCallback, useRef, useState } from "react";
import { useOpenBot } from "../components";
import {
  canInsert,
  type FlowMirror,
  type Guide,
  groupOf,
  insertInto,
  lineUp,
  type Point,
  place,
  type Rect,
  type Wire,
  wireEnds,
  wireOf,
} from "../flow";
import { many, t } from "../words";
import type { SceneEdge, SceneNode } from "./scene";

const NOTHING: ReadonlyMap<string, Point> = new Map();
const NO_GUIDES: readonly Guide[] = [];
/** How near, in pixels of the screen, a dragged card catches on a line. */
const CATCH = 5;
const FAR = 0.22;

/** Dragging cards, notes and frames: lined up with what is near, and dropped into a wire or where they are. */
export function useMoving(flow: FlowMirror, box: RefObject<HTMLDivElement | null>) {
  const bot = useOpenBot();
  const rf = useReactFlow<SceneNode, SceneEdge>();
  const [moved, setMoved] = useState(NOTHING);
  const [guides, setGuides] = useState(NO_GUIDES);
  const latest = useRef(moved);
  latest.current = moved;
  const onto = useRef<{ wire: Wire; element: Element } | undefined>(undefined);

  /** Where changes of React Flow put things; a frame puts all that is in it. */
  const shift = useCallback(
    (changes: readonly NodeChange<SceneNode>[]) => {
      const shifted = new Map<string, Point>();
      for (const change of changes) {
        if (change.type !== "position" || !change.position || !change.dragging) continue;
        const group = groupOf(change.id);
        if (group === undefined) shifted.set(change.id, change.position);
        else shiftFrame(flow, group, change.position, shifted);
      }
      if (shifted.size === 0) return;
      // So far out that the ground has no dots, lines of single pixels would catch on everything.
      const before = rf.getZoom() < FAR ? undefined : boxOf(flow, shifted);
      const reach = CATCH / rf.getZoom();
      const found = before && lineUp(before, around(flow, rf, box.current, shifted, bot.view.nodes), reach);
      if (found && (found.by.x !== 0 || found.by.y !== 0))
        for (const [id, at] of shifted) shifted.set(id, { x: at.x + found.by.x, y: at.y + found.by.y });
      setGuides(found && found.guides.length > 0 ? found.guides : NO_GUIDES);
      setMoved((moved) => new Map([...moved, ...shifted]));
    },
    [bot, flow, rf, box],
  );

  const release = useCallback(() => {
    onto.current?.element.classList.remove("nx-wire-takes");
    onto.current = undefined;
  }, []);

  const onDrag = useCallback(
    (event: MouseEvent | TouchEvent | React.MouseEvent | React.TouchEvent, dragged: SceneNode) => {
      release();
      if (bot.view.nodes.size > 1 || !flow.nodes.has(dragged.id)) return;
      const element = wireUnder(flow, rf, dragged.id, latest.current.get(dragged.id), "clientX" in event ? event : {});
      const key = element?.getAttribute("data-id");
      const ends = key ? wireEnds(key) : undefined;
      const wire = ends && wireOf(flow, ends.source, ends.port);
      if (!element || !wire || !canInsert(flow, dragged.id, wire, bot.kinds)) return;
      onto.current = { wire, element };
      element.classList.add("nx-wire-takes");
    },
    [bot, flow, rf, release],
  );

  // React Flow owns positions until the drop; then one change moves all that is selected, seen or not.
  const onDragStop = useCallback(
    (_event: unknown, dragged: SceneNode) => {
      setGuides(NO_GUIDES);
      const wire = onto.current?.wire;
      release();
      const now = latest.current;
      const from = flow.near.rect(dragged.id);
      if (now.size === 0 || (!from && groupOf(dragged.id) === undefined)) return setMoved(NOTHING);
      const to = from && (now.get(dragged.id) ?? from);
      const all = new Map(now);
      if (from && to && bot.view.nodes.has(dragged.id))
        for (const id of bot.view.nodes) {
          const rect = flow.near.rect(id);
          if (rect && !all.has(id)) all.set(id, { x: rect.x + to.x - from.x, y: rect.y + to.y - from.y });
        }
      setMoved(all);
      const into = wire ? insertInto(flow, dragged.id, wire, bot.kinds) : [];
      const label =
        into.length > 0
          ? t("Insert node")
          : all.size === 1
            ? t("Move node")
            : many(all.size, "Move node", "Move {n} nodes");
      bot.change(label, [...place(flow, all), ...into]).then(() => setMoved(NOTHING));
    },
    [bot, flow, release],
  );

  return { moved, guides, shift, onDrag, onDragStop };
}

function shiftFrame(flow: FlowMirror, group: string, to: Point, into: Map<string, Point>): void {
  const { grouped, near } = flow;
  const members = grouped.members.get(group) ?? [];
  const folded = members[0] !== undefined && grouped.foldedIn.get(members[0]) === group;
  const frame = grouped.frame(group, (id) => rectOf(flow, id));
  const from = folded ? near.bounds(members) : frame;
  if (!from || !frame) return;
  const by = { x: to.x - from.x, y: to.y - from.y };
  for (const id of inside(flow, group, frame)) {
    const rect = near.rect(id);
    if (rect) into.set(id, { x: rect.x + by.x, y: rect.y + by.y });
  }
}

/** What a frame takes along: its nodes, and the notes that lie in it. */
export function inside(flow: FlowMirror, group: string, frame: Rect | undefined): string[] {
  const ids = [...(flow.grouped.members.get(group) ?? [])];
  if (!frame) return ids;
  for (const id of flow.near.within(frame)) {
    const rect = flow.near.rect(id);
    if (!rect || !flow.notes.has(id)) continue;
    const whole =
      rect.x >= frame.x &&
      rect.y >= frame.y &&
      rect.x + rect.width <= frame.x + frame.width &&
      rect.y + rect.height <= frame.y + frame.height;
    if (whole) ids.push(id);
  }
  return ids;
}

export function frameOf(flow: FlowMirror, group: string): Rect | undefined {
  return flow.grouped.frame(group, (id) => rectOf(flow, id));
}

function rectOf(flow: FlowMirror, id: string): Rect | undefined {
  return flow.near.rect(id);
}

function boxOf(flow: FlowMirror, shifted: ReadonlyMap<string, Point>): Rect | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [id, at] of shifted) {
    const rect = flow.near.rect(id);
    if (!rect) continue;
    left = Math.min(left, at.x);
    top = Math.min(top, at.y);
    right = Math.max(right, at.x + rect.width);
    bottom = Math.max(bottom, at.y + rect.height);
  }
  return left <= right ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}

/** What is in the window and is not being dragged itself. */
function around(
  flow: FlowMirror,
  rf: ReturnType<typeof useReactFlow<SceneNode, SceneEdge>>,
  element: HTMLElement | null,
  shifted: ReadonlyMap<string, Point>,
  selected: ReadonlySet<string>,
): Rect[] {
  const { x, y, zoom } = rf.getViewport();
  const { clientWidth, clientHeight } = element ?? { clientWidth: 1200, clientHeight: 800 };
  const found: Rect[] = [];
  const window = { x: -x / zoom, y: -y / zoom, width: clientWidth / zoom, height: clientHeight / zoom };
  for (const id of flow.near.within(window)) {
    const rect = flow.near.rect(id);
    if (rect && !shifted.has(id) && !selected.has(id) && !flow.grouped.foldedIn.has(id)) found.push(rect);
  }
  return found;
}

/** The wire that lies under a dragged card, looked for in the page: along its head and under the pointer. */
function wireUnder(
  flow: FlowMirror,
  rf: ReturnType<typeof useReactFlow<SceneNode, SceneEdge>>,
  id: string,
  at: Point | undefined,
  event: { clientX?: number; clientY?: number },
): Element | undefined {
  const rect = flow.near.rect(id);
  if (!rect) return undefined;
  const corner = at ?? rect;
  const points = [0.5, 0.2, 0.8].map((part) =>
    rf.flowToScreenPosition({ x: corner.x + rect.width * part, y: corner.y + 15 }),
  );
  if (event.clientX !== undefined && event.clientY !== undefined) points.push({ x: event.clientX, y: event.clientY });
  for (const point of points)
    for (const element of document.elementsFromPoint(point.x, point.y)) {
      const edge = element.closest(".react-flow__edge");
      if (edge) return edge;
    }
  return undefined;
}
