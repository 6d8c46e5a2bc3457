import type { Edit, Problem } from "../api";
import { add, freeSpot, newFlow, type Point } from "./changes";
import { CARD_WIDTH } from "./geometry";
import { itemId } from "./ids";
import { fresh } from "./kinds";
import type { OpenBot } from "./open-bot";

/** A way out that takes a new node or flow, or a person: the checks themselves only mend what needs neither. */
export type Way = { is: "reply" | "trigger" | "flow"; edits: Edit[]; select?: string } | { is: "go" };

const REPLY = "message.send";
const TRIGGER = "trigger.command";

export function wayOut(bot: OpenBot, problem: Problem): Way | undefined {
  const { at, code } = problem;
  const flow = bot.mirror.flows.get(at.file);
  const node = at.node ? flow?.nodes.get(at.node) : undefined;
  if (!flow || flow.readOnly !== undefined) return undefined;
  const put = (kind: string, where: Point, from?: { node: string; port: string }): Way | undefined => {
    const descriptor = bot.kinds.get(kind);
    if (!descriptor) return undefined;
    const made = fresh(descriptor, itemId);
    const spot = freeSpot(flow, where);
    const { id, edits } = add(flow, made, spot, from && { end: "target", ...from });
    return { is: kind === REPLY ? "reply" : "trigger", edits, select: id };
  };
  if (code === "dead-end" && node && at.node) {
    const here = flow.placeOf(at.node);
    return put(REPLY, { x: here.x + CARD_WIDTH + 64, y: here.y }, { node: at.node, port: at.port ?? "out" });
  }
  if (code === "no-trigger") {
    const called = [...flow.nodes.keys()].find((id) => flow.incoming(id).length === 0);
    const here = called === undefined ? { x: 0, y: 0 } : flow.placeOf(called);
    const way = put(TRIGGER, { x: here.x - CARD_WIDTH - 64, y: here.y });
    if (!way || way.is === "go" || called === undefined || way.select === undefined) return way;
    return {
      ...way,
      edits: [...way.edits, { op: "wire", flow: flow.path, node: way.select, port: "out", to: called }],
    };
  }
  if (code === "unknown-flow" && !problem.fix && node && at.node && at.field) {
    const { flows } = bot.mirror;
    const wished = node.fields[String(at.field[0])];
    const name = typeof wished === "string" && wished ? wished : "New flow";
    const { path, value } = newFlow(
      name,
      flows.keys(),
      [...flows.values()].map(({ id }) => id),
    );
    const points: Edit = { op: "field", flow: flow.path, node: at.node, path: at.field, value: value.id };
    return { is: "flow", edits: [{ op: "flow", flow: path, value }, points] };
  }
  if ((code === "missing-field" || code === "wrong-type" || code === "over-limit") && node && at.field)
    return { is: "go" };
  return undefined;
}
