import { type Connection, type FinalConnectionState, useReactFlow } from "@xyflow/react";
import { useCallback, useRef } from "react";
import { useOpenBot } from "../components";
import {
  CARD_WIDTH,
  connect,
  disconnect,
  type FlowMirror,
  HEADER,
  type Loose,
  type OpenBot,
  outPorts,
  type Point,
  reconnect,
  wireEnds,
} from "../flow";
import type { SceneEdge, SceneNode } from "./scene";

/** Where a new node is wanted: on the screen (for the palette) and on the canvas (for the node). */
export type Wanted = { screen: Point; at: Point; from?: Loose };

/** Drawing wires: from port to port or card, into the empty for a new node, and either end of a wire anew. */
export function useWireGestures(flow: FlowMirror, editable: boolean, onWant: (wanted: Wanted) => void) {
  const bot = useOpenBot();
  const rf = useReactFlow<SceneNode, SceneEdge>();

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      if (sourceHandle) bot.change("Connect", connect(flow, { source, port: sourceHandle, target }));
    },
    [bot, flow],
  );

  const onConnectEnd = useCallback(
    (event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromNode || !state.fromHandle?.id || !editable) return;
      const screen = dropPoint(event);
      const under = document.elementFromPoint(screen.x, screen.y);
      const onto = under?.closest<HTMLElement>("[data-node-id]")?.dataset.nodeId;
      const fromInput = state.fromHandle.type === "target";
      const node = state.fromNode.id;
      if (onto && onto !== node) {
        const wire = fromInput
          ? freeEnd(bot, flow, onto, node)
          : takes(bot, flow, onto) && { source: node, port: state.fromHandle.id, target: onto };
        if (wire) bot.change("Connect", connect(flow, wire));
        return;
      }
      if (!under?.closest(".nx-canvas") || onto) return;
      const tip = rf.screenToFlowPosition(screen);
      const from: Loose = fromInput ? { end: "source", node } : { end: "target", node, port: state.fromHandle.id };
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
      if (sourceHandle) bot.change("Reconnect", reconnect(flow, from, { source, port: sourceHandle, target }));
    },
    [bot, flow],
  );
  const onReconnectEnd = useCallback(
    (event: globalThis.MouseEvent | TouchEvent, edge: SceneEdge, held: string, state: FinalConnectionState) => {
      if (reattached.current || !editable) return;
      const screen = dropPoint(event);
      const onto = document.elementFromPoint(screen.x, screen.y)?.closest<HTMLElement>("[data-node-id]")
        ?.dataset.nodeId;
      const from = { ...wireEnds(edge.id), target: edge.target };
      // React Flow names the end that is held: the other one was dragged.
      if (onto) {
        const to =
          held === "source"
            ? takes(bot, flow, onto) && { ...from, target: onto }
            : freeEnd(bot, flow, onto, edge.target);
        if (to) bot.change("Reconnect", reconnect(flow, from, to));
      } else if (!state.isValid) bot.change("Disconnect", disconnect(flow, [from]));
    },
    [bot, flow, editable],
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

function takes(bot: OpenBot, flow: FlowMirror, id: string): boolean {
  const node = flow.nodes.get(id);
  return node !== undefined && !bot.kinds.get(node.kind)?.trigger;
}

/** The wire from a node's first free output (else its first) to `target`. */
function freeEnd(bot: OpenBot, flow: FlowMirror, source: string, target: string) {
  const node = flow.nodes.get(source);
  if (!node) return undefined;
  const ports = outPorts(node, bot.kinds.get(node.kind)).filter((port) => port.role === "flow");
  const port = ports.find((port) => !node.next[port.id]) ?? ports[0];
  return port && { source, port: port.id, target };
}
