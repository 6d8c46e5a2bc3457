import type { FlowMirror } from "./flow-mirror";
import { type Kinds, outPorts } from "./kinds";

export type Step = {
  id: string;
  /** How many choices deep it lies; a plain row of nodes stays at one depth. */
  depth: number;
  /** The output that leads here, where there is more than one. */
  by?: string;
  /** No trigger leads here. */
  lost: boolean;
};

/** The nodes of a flow in the order in which a run comes by them: from each trigger along the wires, each node once. */
export function inOrder(flow: FlowMirror, kinds: Kinds): Step[] {
  const steps: Step[] = [];
  const seen = new Set<string>();
  const height = (id: string) => flow.placeOf(id).y * 10_000 + flow.placeOf(id).x;
  const ids = [...flow.nodes.keys()].sort((a, b) => height(a) - height(b));
  const walk = (from: string, lost: boolean) => {
    const waiting: Omit<Step, "lost">[] = [{ id: from, depth: 0 }];
    for (let step = waiting.pop(); step; step = waiting.pop()) {
      const node = flow.nodes.get(step.id);
      if (!node || seen.has(step.id)) continue;
      seen.add(step.id);
      steps.push({ ...step, lost });
      const wired = outPorts(node, kinds.get(node.kind)).filter((port) => node.next[port.id] !== undefined);
      // The last one put is the first one taken.
      for (const port of wired.reverse()) {
        const id = node.next[port.id] as string;
        const branch = wired.length > 1;
        waiting.push({ id, depth: step.depth + (branch ? 1 : 0), ...(branch ? { by: port.label } : {}) });
      }
    }
  };
  for (const id of ids) if (kinds.get(flow.nodes.get(id)?.kind ?? "")?.trigger) walk(id, false);
  for (const id of ids) if (!seen.has(id) && flow.incoming(id).length === 0) walk(id, true);
  for (const id of ids) if (!seen.has(id)) walk(id, true);
  return steps;
}
