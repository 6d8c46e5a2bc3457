import type { Edit, Node } from "../api";
import type { FlowMirror } from "./flow-mirror";
import { isTable } from "./values";

/**
 * Wires that are not drawn but named at both of their ends, for those that would cross the whole picture. Which ones stands in the file, in
 * a member of the node they leave.
 */

export function tuckedAs(node: Node | undefined, port: string): string | undefined {
  const tucked = node?.extra?.tucked;
  const name = isTable(tucked) ? tucked[port] : undefined;
  return typeof name === "string" ? name : undefined;
}

/** Hides wires behind their name, or draws them again where `name` answers nothing. */
export function tuck(
  flow: FlowMirror,
  wires: readonly { source: string; port: string }[],
  name: (wire: { source: string; port: string }) => string | undefined,
): Edit[] {
  const bySource = new Map<string, { [port in string]: string }>();
  for (const wire of wires) {
    const node = flow.nodes.get(wire.source);
    if (!node) continue;
    const tucked = node.extra?.tucked;
    const names = bySource.get(wire.source) ?? { ...(isTable(tucked) ? (tucked as { [port in string]: string }) : {}) };
    const said = name(wire);
    if (said === undefined) delete names[wire.port];
    else names[wire.port] = said;
    bySource.set(wire.source, names);
  }
  return [...bySource].map(([source, names]): Edit => {
    const { tucked: _, ...extra } = flow.nodes.get(source)?.extra ?? {};
    const value = Object.keys(names).length > 0 ? { ...extra, tucked: names } : extra;
    const some = Object.keys(value).length > 0;
    return { op: "prop", flow: flow.path, node: source, prop: "extra", ...(some ? { value } : {}) };
  });
}
