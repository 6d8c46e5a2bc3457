import { Handle, type Node, type NodeProps, Position, ReactFlow, type Viewport } from "@xyflow/react";
import { createRoot } from "react-dom/client";
import type { BenchNode } from "../flow";
import "@xyflow/react/dist/style.css";

type Shape = { width: number; height: number; ports: string[]; input: boolean };
export type BareFlow = {
  nodes: BenchNode[];
  shapes: { [kind: string]: Shape };
  width: number;
  height: number;
  view: Viewport;
};

function Card({ id, data }: NodeProps<Node<Shape>>) {
  const { width, height, ports, input } = data;
  return (
    <div className="card" style={{ width, height }}>
      <b>Step {id}</b>
      <div>This is what the step says to whoever has come as far as this.</div>
      {input && <Handle type="target" id="in" position={Position.Left} />}
      {ports.map((port, at) => (
        <Handle
          key={port}
          type="source"
          id={port}
          position={Position.Right}
          style={{ top: (height * (at + 1)) / (ports.length + 1) }}
        />
      ))}
    </div>
  );
}

const TYPES = { card: Card };
const flow: BareFlow = await (await fetch("/flow.json")).json();
const nodes = flow.nodes.map(({ id, kind, x, y }) => ({
  id,
  type: "card",
  position: { x, y },
  data: flow.shapes[kind] as Shape,
}));
const edges = flow.nodes.flatMap(({ id, next }) =>
  Object.entries(next).map(([port, target]) => ({
    id: `${id} ${port}`,
    source: id,
    sourceHandle: port,
    target,
    targetHandle: "in",
  })),
);

createRoot(document.getElementById("root") as HTMLElement).render(
  <div style={{ width: flow.width, height: flow.height }}>
    <ReactFlow
      defaultNodes={nodes}
      defaultEdges={edges}
      nodeTypes={TYPES}
      defaultViewport={flow.view}
      minZoom={0.02}
      onlyRenderVisibleElements={location.search === "?visible"}
      onInit={(react) => Object.assign(window, { seeAll: () => react.fitView() })}
    />
  </div>,
);
