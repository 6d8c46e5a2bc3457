import {
  type EdgeChange,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
  type Viewport,
} from "@xyflow/react";
import {
  type CSSProperties,
  type MouseEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { EmptyState, useBot, useOpenBot, useRemembered } from "../components";
import {
  CARD_WIDTH,
  calledBy,
  encloses,
  type FlowMirror,
  groupOf,
  keptArea,
  type Point,
  type Rect,
  touches,
  wireEnds,
  wireOf,
} from "../flow";
import { t } from "../words";
import { addFiles } from "./adding";
import { Callers } from "./Callers";
import { CardView, StubView } from "./CardView";
import { Dots } from "./Dots";
import { FrameView } from "./Frame";
import { calm, corner, framing, LEAST_ZOOM, MOST_ZOOM, opening } from "./framing";
import { Guides } from "./Guides";
import { useGliding } from "./gliding";
import { Lasso, useLasso } from "./Lasso";
import { Minimap } from "./Minimap";
import { frameOf, inside, useMoving } from "./moving";
import { NoteView } from "./Note";
import { Painted } from "./Painted";
import { cutAt, Sheet } from "./Sheet";
import { Scene, type SceneEdge, type SceneNode } from "./scene";
import { useSteady } from "./steady";
import { LooseWire, WireView } from "./WireView";
import { useWireGestures, type Wanted } from "./wiring";
import { ZoomBar } from "./ZoomBar";
import "./canvas.css";
import "./frames.css";
import "./overlays.css";
import "./far.css";

const NODE_TYPES = { card: CardView, note: NoteView, frame: FrameView, stub: StubView };
const EDGE_TYPES = { wire: WireView };
const SNAP: [number, number] = [8, 8];

export type CanvasHandle = {
  fit(ids?: Iterable<string>): void;
  zoom(factor: number | undefined): void;
  /** A good place for something new, for who does not point at one. */
  spot(): { screen: Point; at: Point };
  /** Shows or hides the map. */
  map(): void;
  /** Where the window is, and back there. */
  view(): Viewport;
  look(view: Viewport): void;
};

type Props = {
  dark: boolean;
  onWant(wanted: Wanted): void;
  onMenu(at: Point, wanted: Wanted): void;
  onReady(handle: CanvasHandle | undefined): void;
};

export function Canvas(props: Props) {
  const path = useBot((bot) => bot.flow?.path);
  const flow = useBot((bot) => bot.flow);
  const root = useBot((bot) => bot.mirror.root);
  if (!flow || !path) return <div className="nx-canvas" />;
  return (
    <ReactFlowProvider key={`${root} ${path}`}>
      <Surface {...props} flow={flow} />
    </ReactFlowProvider>
  );
}

function sizeOf(element: HTMLElement | null): { width: number; height: number } {
  return element ? { width: element.clientWidth, height: element.clientHeight } : { width: 1200, height: 800 };
}

function detailAt(zoom: number): "block" | "title" | "full" {
  return zoom < 0.22 ? "block" : zoom < 0.45 ? "title" : "full";
}

/** Where each flow was left, while this window lives. */
const left = new Map<string, Viewport>();

function Surface({ flow, dark, onWant, onMenu, onReady }: Props & { flow: FlowMirror }) {
  const bot = useOpenBot();
  const rf = useReactFlow<SceneNode, SceneEdge>();
  const box = useRef<HTMLDivElement>(null);
  const pointer = useRef<Point | undefined>(undefined);
  const scene = useMemo(() => new Scene(), []);
  const { moved, guides, shift, onDrag, onDragStop } = useMoving(flow, box);
  const [map, setMap] = useRemembered("canvas.map", false);
  const [area, setArea] = useState<Rect | undefined>(undefined);
  const detail = useStore((state) => detailAt(state.transform[2]));
  const [under, setUnder] = useState<string | undefined>(undefined);
  const [start, setStart] = useState<Viewport | undefined>(undefined);
  const goal = useRef<number | undefined>(undefined);
  const glide = useGliding(box);
  // Asked of the page only when it changes: asking in each frame of a pan makes the browser lay all out at once.
  const size = useRef<{ width: number; height: number } | undefined>(undefined);
  const viewKey = `${bot.mirror.root} ${flow.path}`;

  // Everything that shows on the canvas, watched; the scene itself decides what has really changed.
  const version = useBot(() => flow.version);
  const trouble = useBot((bot) => bot.mirror.trouble);
  const nodes = useBot((bot) => bot.view.nodes);
  const wires = useBot((bot) => bot.view.wires);
  const renaming = useBot((bot) => bot.view.renaming);
  const editable = useBot((bot) => bot.editable);
  const manifest = useBot((bot) => bot.mirror.manifest);
  const target = useBot((bot) => bot.view.target);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scene reads all of these through the bot
  const built = useMemo(() => {
    if (area) scene.build(bot, flow, area, moved, under);
    return { nodes: scene.nodes, edges: scene.edges, painted: scene.painted };
  }, [scene, bot, flow, area, moved, under, version, trouble, nodes, wires, renaming, editable, manifest]);

  const look = useCallback(
    ({ x, y, zoom }: Viewport) => {
      size.current ??= sizeOf(box.current);
      const { width, height } = size.current;
      const window = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
      setArea((kept) => keptArea(window, kept));
      left.set(viewKey, { x, y, zoom });
    },
    [viewKey],
  );

  const frame = useCallback(
    (ids: Iterable<string> | undefined, glide: boolean) => {
      const rect = ids ? flow.near.bounds(ids) : flow.near.bounds();
      const { clientWidth: width, clientHeight: height } = box.current ?? { clientWidth: 1200, clientHeight: 800 };
      const view = framing(rect, width, height);
      rf.setViewport(view, { duration: glide && !calm() ? 200 : 0 });
      look(view);
    },
    [flow, rf, look],
  );

  // The canvas first shows at the place where it will stay: what jumps away is clicked wrongly.
  useLayoutEffect(() => {
    if (start) return;
    const { clientWidth: width, clientHeight: height } = box.current ?? { clientWidth: 1200, clientHeight: 800 };
    const view = left.get(viewKey) ?? opening(bot, flow, width, height);
    setStart(view);
    look(view);
  }, [start, viewKey, look, bot, flow]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const resized = new ResizeObserver(() => {
      size.current = sizeOf(element);
      look(rf.getViewport());
    });
    resized.observe(element);
    return () => resized.disconnect();
  }, [rf, look]);

  useEffect(() => {
    const rect = target && flow.near.rect(target.node);
    if (!rect || !box.current) return;
    const { clientWidth, clientHeight } = box.current;
    const now = rf.getViewport();
    const seen = {
      x: -now.x / now.zoom,
      y: -now.y / now.zoom,
      width: clientWidth / now.zoom,
      height: clientHeight / now.zoom,
    };
    if (target.still && touches(rect, seen)) return;
    const zoom = Math.min(Math.max(now.zoom, 0.75), 1);
    const view = {
      x: clientWidth / 2 - (rect.x + rect.width / 2) * zoom,
      y: clientHeight / 2 - (rect.y + rect.height / 2) * zoom,
      zoom,
    };
    rf.setViewport(view, { duration: calm() ? 0 : 200 });
    look(view);
  }, [target, flow, rf, look]);

  const zoomBy = useCallback(
    (factor: number | undefined) => {
      // Keys pressed faster than the glide add up.
      const from = goal.current ?? rf.getZoom();
      goal.current = factor === undefined ? 1 : Math.min(Math.max(from * factor, LEAST_ZOOM), MOST_ZOOM);
      rf.zoomTo(goal.current, { duration: calm() ? 0 : 120 }).then(() => {
        goal.current = undefined;
      });
    },
    [rf],
  );

  useEffect(() => {
    onReady({
      fit: (ids) => frame(ids, true),
      zoom: zoomBy,
      map: () => setMap(!map),
      view: () => rf.getViewport(),
      look: (view) => {
        rf.setViewport(view, { duration: calm() ? 0 : 200 });
        look(view);
      },
      spot: () => {
        const rect = box.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1200, 800);
        const inside = pointer.current;
        if (inside) return { screen: inside, at: corner(rf.screenToFlowPosition(inside)) };
        const only = bot.view.only;
        const beside = only ? flow.near.rect(only) : undefined;
        const at = beside
          ? { x: beside.x + CARD_WIDTH + 64, y: beside.y }
          : corner(rf.screenToFlowPosition({ x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 }));
        const screen = beside
          ? rf.flowToScreenPosition(at)
          : { x: rect.x + rect.width / 2 - 160, y: rect.y + Math.min(rect.height / 4, 160) };
        return { screen, at };
      },
    });
    return () => onReady(undefined);
  }, [rf, frame, flow, bot, onReady, zoomBy, look, map, setMap]);

  const onNodesChange = useCallback(
    (changes: NodeChange<SceneNode>[]) => {
      let chosen: Set<string> | undefined;
      for (const change of changes) {
        if (change.type !== "select") continue;
        chosen ??= new Set(bot.view.nodes);
        if (change.selected) chosen.add(change.id);
        else chosen.delete(change.id);
      }
      if (chosen) bot.view.select(chosen, bot.view.wires);
      shift(changes);
    },
    [bot, shift],
  );

  const onEdgesChange = useCallback(
    (changes: EdgeChange<SceneEdge>[]) => {
      const chosen = new Set(bot.view.wires);
      for (const change of changes) {
        if (change.type !== "select") continue;
        if (change.selected) chosen.add(change.id);
        else chosen.delete(change.id);
      }
      bot.view.select(bot.view.nodes, chosen);
    },
    [bot],
  );

  const onMove = useCallback(
    (_event: unknown, viewport: Viewport) => {
      glide();
      look(viewport);
    },
    [glide, look],
  );

  const gestures = useWireGestures(flow, editable, onWant);

  const want = useCallback(
    (event: { clientX: number; clientY: number }): Wanted => {
      const screen = { x: event.clientX, y: event.clientY };
      return { screen, at: corner(rf.screenToFlowPosition(screen)) };
    },
    [rf],
  );

  const hit = (event: { clientX: number; clientY: number }) => {
    const { x, y } = rf.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    return [...flow.near.within({ x, y, width: 0, height: 0 })][0];
  };

  const onPaneClick = (event: MouseEvent) => {
    const id = built.painted ? hit(event) : undefined;
    if (id && event.shiftKey) bot.view.select([...bot.view.nodes, id]);
    else bot.view.select(id ? [id] : []);
  };

  const onDoubleClick = (event: MouseEvent) => {
    if (!(event.target as HTMLElement).classList.contains("react-flow__pane")) return;
    const id = built.painted ? hit(event) : undefined;
    if (id) bot.view.go(flow.path, id);
    else if (editable) onWant(want(event));
  };

  const onNodeClick = (event: MouseEvent, node: SceneNode) => {
    const more = event.shiftKey || event.ctrlKey || event.metaKey;
    const group = groupOf(node.id);
    if (group === undefined) {
      if (!more) bot.view.select([node.id]);
      return;
    }
    const its = inside(flow, group, frameOf(flow, group));
    bot.view.select(more ? [...bot.view.nodes, ...its] : its);
  };

  const onNodeDoubleClick = (event: MouseEvent, node: SceneNode) => {
    const called = calledBy(flow, node.id);
    const there = called === undefined ? undefined : bot.mirror.flowById(called);
    if (!there || (event.target as HTMLElement).closest(".nx-title")) return;
    event.stopPropagation();
    bot.view.enter(there.path);
  };

  const onLine = useCallback(
    (line: Point[], add: boolean) => {
      const drawn = line.map((point) => rf.screenToFlowPosition(point, { snapToGrid: false }));
      const xs = drawn.map(({ x }) => x);
      const ys = drawn.map(({ y }) => y);
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      const found = [...flow.near.within({ x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y })];
      const caught = found.filter((id) => {
        const rect = flow.near.rect(id);
        return rect && encloses(drawn, { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 });
      });
      bot.view.select(add ? [...bot.view.nodes, ...caught] : caught);
    },
    [bot, flow, rf],
  );
  const lasso = useLasso(onLine);

  const boxStart = useRef<Point | undefined>(undefined);
  const onSelectionEnd = (event: MouseEvent) => {
    const from = boxStart.current;
    boxStart.current = undefined;
    if (!built.painted || !from) return;
    const a = rf.screenToFlowPosition(from, { snapToGrid: false });
    const b = rf.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    const rect = {
      x: Math.min(a.x, b.x),
      y: Math.min(a.y, b.y),
      width: Math.abs(a.x - b.x),
      height: Math.abs(a.y - b.y),
    };
    bot.view.select(flow.near.within(rect));
  };

  const light = (edge: SceneEdge, on: boolean) => {
    const find = (node: string, port: string) =>
      box.current?.querySelector(
        `.react-flow__handle[data-nodeid="${CSS.escape(node)}"][data-handleid="${CSS.escape(port)}"]`,
      );
    find(edge.source, edge.sourceHandle ?? "")?.classList.toggle("nx-lit", on);
    find(edge.target, "in")?.classList.toggle("nx-lit", on);
  };

  const [wiring, setWiring] = useState(false);
  const wired = {
    onConnectStart: () => setWiring(true),
    onConnectEnd: (...end: Parameters<typeof gestures.onConnectEnd>) => {
      setWiring(false);
      gestures.onConnectEnd(...end);
    },
  };

  const handlers = useSteady({
    ...gestures,
    ...wired,
    onNodesChange,
    onEdgesChange,
    onMove,
    onNodeClick,
    onNodeDoubleClick,
    onNodeDrag: onDrag,
    onNodeDragStop: onDragStop,
    onEdgeDoubleClick: (event: MouseEvent, edge: SceneEdge) => {
      const { source, port } = wireEnds(edge.id);
      const into = wireOf(flow, source, port);
      if (editable && into) onWant({ ...want(event), into });
    },
    onEdgeMouseEnter: (_event: MouseEvent, edge: SceneEdge) => light(edge, true),
    onEdgeMouseLeave: (_event: MouseEvent, edge: SceneEdge) => light(edge, false),
    onPaneClick,
    onPaneContextMenu: (event: MouseEvent | globalThis.MouseEvent) => {
      event.preventDefault();
      onMenu({ x: event.clientX, y: event.clientY }, want(event));
    },
    onNodeContextMenu: (event: MouseEvent, node: SceneNode) => {
      event.preventDefault();
      const group = groupOf(node.id);
      if (group !== undefined) bot.view.select(inside(flow, group, frameOf(flow, group)));
      else if (!bot.view.nodes.has(node.id)) bot.view.select([node.id]);
      onMenu({ x: event.clientX, y: event.clientY }, want(event));
    },
    onEdgeContextMenu: (event: MouseEvent, edge: SceneEdge) => {
      event.preventDefault();
      bot.view.select([], [edge.id]);
      const { source, port } = wireEnds(edge.id);
      const into = wireOf(flow, source, port);
      onMenu({ x: event.clientX, y: event.clientY }, { ...want(event), ...(into ? { into } : {}) });
    },
    onSelectionStart: (event: MouseEvent) => {
      boxStart.current = { x: event.clientX, y: event.clientY };
    },
    onSelectionEnd,
  });

  const empty = flow.nodes.size === 0 && flow.notes.size === 0;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the canvas inside has its keys in the list of actions
    <div
      ref={box}
      className="nx-canvas"
      data-testid="canvas"
      data-lod={detail}
      style={area && ({ "--kept": cutAt(area) } as CSSProperties)}
      data-wiring={wiring || undefined}
      onDoubleClick={onDoubleClick}
      onPointerDownCapture={lasso.onPointerDownCapture}
      onPointerMove={(event) => {
        pointer.current = { x: event.clientX, y: event.clientY };
        // What is held stays what it is until it is let go.
        if (event.buttons === 0) setUnder(built.painted ? hit(event) : undefined);
      }}
      onPointerLeave={() => {
        pointer.current = undefined;
      }}
      onDragOver={(event) => {
        if (!editable || !event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        if (editable) addFiles(bot, [...event.dataTransfer.files], want(event).at);
      }}
    >
      {built.painted && <Painted flow={flow} dark={dark} moved={moved} />}
      {start && (
        <ReactFlow<SceneNode, SceneEdge>
          defaultViewport={start}
          nodes={built.nodes}
          edges={built.edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          {...handlers}
          isValidConnection={({ source, target }) => source !== target}
          connectionLineComponent={LooseWire}
          connectionRadius={26}
          reconnectRadius={12}
          snapToGrid
          snapGrid={SNAP}
          minZoom={LEAST_ZOOM}
          maxZoom={MOST_ZOOM}
          nodesDraggable={editable}
          nodesConnectable={editable}
          edgesReconnectable={editable}
          elementsSelectable
          nodesFocusable
          edgesFocusable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          multiSelectionKeyCode={["Shift", "Meta", "Control"]}
          selectionKeyCode={null}
          selectionOnDrag
          selectionMode={SelectionMode.Partial}
          selectNodesOnDrag
          nodeDragThreshold={3}
          panOnDrag={[1]}
          panOnScroll
          panActivationKeyCode="Space"
          zoomOnDoubleClick={false}
          autoPanOnNodeFocus={false}
          proOptions={{ hideAttribution: true }}
          aria-label={t("Flow {name}", { name: flow.name })}
        >
          {!built.painted && <Dots />}
          {!built.painted && area && <Sheet area={area} />}
          <Guides guides={guides} />
          {map && !empty && (
            <Minimap
              flow={flow}
              dark={dark}
              onLook={(x, y) => {
                const { clientWidth, clientHeight } = box.current ?? { clientWidth: 1200, clientHeight: 800 };
                const zoom = rf.getZoom();
                const view = { x: clientWidth / 2 - x * zoom, y: clientHeight / 2 - y * zoom, zoom };
                rf.setViewport(view);
                look(view);
              }}
            />
          )}
        </ReactFlow>
      )}
      {lasso.line && box.current && <Lasso line={lasso.line} from={box.current.getBoundingClientRect()} />}
      {empty && (
        <div className="pointer-events-none absolute inset-0 flex items-center justify-center">
          <div className="pointer-events-auto">
            <EmptyState
              title={t("This flow is empty")}
              text={
                editable
                  ? t("Double-click anywhere or press Space to add the first node. Most flows begin with a trigger.")
                  : t("There is nothing on it yet.")
              }
            />
          </div>
        </div>
      )}
      <Callers />
      <ZoomBar map={map} onZoom={zoomBy} onFit={() => frame(undefined, true)} onMap={() => setMap(!map)} />
    </div>
  );
}
