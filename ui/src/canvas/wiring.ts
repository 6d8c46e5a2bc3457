import { type Connection, type FinalConnectionState, useReactFlow } from "@xyflow/react";
import { useCallback, useRef } from "react";
import { useOpenBot } from "../components";
import {
  aimAt,
  CARD_WIDTH,
  connect,
  disconnect,
  type FlowMirror,
  HEADER,
  type Loose,
  type Point,
  reconnect,
  type Wire,
  wireEnds,
} from "../flow";
import { t } from "../words";
import type { SceneEdge, SceneNode } from "./scene";

/** Where a new node is wanted: on the screen (for the palette) and on the canvas (for the node). */
export type Wanted = { screen: Point; at: Point; from?: Loose; into?: Wire };

/** Drawing wires: from port to port or card, into the empty for a new node, and either end of a wire anew. */
export function useWireGestures(flow: FlowMirror, editable: boolean, onWant: (wanted: Wanted) => void) {
  const bot = useOpenBot();
  const rf = useReactFlow<SceneNode, SceneEdge>();

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      if (sourceHandle) bot.change(t("Connect"), connect(flow, { source, port: sourceHandle, target }));
    },
    [bot, flow],
  );

  const onConnectEnd = useCallback(
    (event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromNode || !state.fromHandle?.id || !editable) return;
      const screen = dropPoint(event);
      const under = document.elementFromPoint(screen.x, screen.y);
      if (!under?.closest(".nx-canvas")) return;
      const fromInput = state.fromHandle.type === "target";
      const node = state.fromNode.id;
      const from: Loose = fromInput ? { end: "source", node } : { end: "target", node, port: state.fromHandle.id };
      const tip = rf.screenToFlowPosition(screen, { snapToGrid: false });
      const aim = aimAt(flow, bot.kinds, from, tip);
      if (aim) {
        if ("wire" in aim) bot.change(t("Connect"), connect(flow, aim.wire));
        return;
      }
      if (under.closest("[data-node-id]")) return;
      onWant({
        screen,
        at: fromInput ? { x: tip.x - CARD_WIDTH, y: tip.y - HEADER / 2 } : { x: tip.x, y: tip.y - HEADER / 2 },
        from,
      });
    },
    [bot, flow, rf, onWant, editable],
  );

  const reattached = useRef(false);
  const onReconnect = useCallback(
    (edge: SceneEdge, { source, sourceHandle, target }: Connection) => {
      reattached.current = true;
      const from = { ...wireEnds(edge.id), target: edge.target };
      if (sourceHandle) bot.change(t("Reconnect"), reconnect(flow, from, { source, port: sourceHandle, target }));
    },
    [bot, flow],
  );
  const onReconnectEnd = useCallback(
    (event: globalThis.MouseEvent | TouchEvent, edge: SceneEdge, held: string, state: FinalConnectionState) => {
      if (reattached.current || !editable) return;
      const screen = dropPoint(event);
      const from = { ...wireEnds(edge.id), target: edge.target };
      // React Flow names the end that is held: the other one was dragged.
      const loose: Loose =
        held === "source"
          ? { end: "target", node: from.source, port: from.port }
          : { end: "source", node: from.target };
      const aim = aimAt(flow, bot.kinds, loose, rf.screenToFlowPosition(screen, { snapToGrid: false }));
      if (aim) {
        if ("wire" in aim) bot.change(t("Reconnect"), reconnect(flow, from, aim.wire));
      } else if (!state.isValid) bot.change(t("Disconnect"), disconnect(flow, [from]));
    },
    [bot, flow, rf, editable],
  );
  const onReconnectStart = useCallback(() => {
    reattached.current = false;
  }, []);

  return { onConnect, onConnectEnd, onReconnectStart, onReconnect, onReconnectEnd };
}

function dropPoint(event: globalThis.MouseEvent | TouchEvent): Point {
  const { clientX, clientY } = "changedTouches" in event ? (event.changedTouches[0] as Touch) : event;
  return { x: clientX, y: clientY };
}
