import { toast } from "../components";
import {
  aligned,
  type Clip,
  calledBy,
  distributed,
  downstream,
  extract,
  frameId,
  group,
  inline,
  isTaken,
  nodeId,
  type OpenBot,
  type Point,
  place,
  type Rect,
  type Side,
  snapped,
  swap,
  tuck,
  tuckedAs,
  ungroup,
  upstream,
  wireEnds,
} from "../flow";
import { many, t } from "../words";
import { tidied } from "./tidy";

/** What a person does with what is selected on the canvas. Each is one change, and says why where it cannot be. */

function rects({ flow, view }: OpenBot): Map<string, Rect> {
  const found = new Map<string, Rect>();
  for (const id of view.nodes) {
    const rect = flow?.near.rect(id);
    if (rect) found.set(id, rect);
  }
  return found;
}

export function align(bot: OpenBot, side: Side): void {
  if (bot.flow && bot.editable) bot.change(t("Align"), place(bot.flow, aligned(rects(bot), side)));
}

export function distribute(bot: OpenBot, axis: "x" | "y"): void {
  if (bot.flow && bot.editable) bot.change(t("Distribute"), place(bot.flow, distributed(rects(bot), axis)));
}

export function select(bot: OpenBot, way: "upstream" | "downstream"): void {
  const { flow, view } = bot;
  if (!flow) return;
  const reach = way === "upstream" ? upstream(flow, view.nodes) : downstream(flow, view.nodes);
  view.select([...view.nodes, ...reach]);
}

export function swapSelected(bot: OpenBot): void {
  const [a, b] = [...bot.view.nodes];
  if (!bot.flow || !bot.editable || a === undefined || b === undefined) return;
  const edits = swap(bot.flow, a, b, bot.kinds);
  if (edits === "trigger") toast(t("A trigger cannot change places"), t("Nothing can lead into it."));
  else if (edits === "end") toast(t("These cannot change places"), t("At one of them the way ends."));
  else bot.change(t("Swap nodes"), edits);
}

export async function groupSelected(bot: OpenBot): Promise<void> {
  const made = bot.flow && bot.editable ? group(bot.flow, bot.view.nodes) : undefined;
  if (made && (await bot.change(t("Group nodes"), made.edits))) bot.view.rename(frameId(made.id));
}

/** The groups that what is selected lies in directly. */
export function groupsOf({ flow, view }: OpenBot): Set<string> {
  const found = new Set<string>();
  for (const id of view.nodes) {
    const its = flow?.nodes.get(id)?.group;
    if (its !== undefined && flow?.groups.has(its)) found.add(its);
  }
  return found;
}

export function ungroupSelected(bot: OpenBot): void {
  if (bot.flow && bot.editable) bot.change(t("Ungroup"), ungroup(bot.flow, groupsOf(bot)));
}

export async function addNote(bot: OpenBot, at: Point): Promise<void> {
  const { flow, view } = bot;
  if (!flow || !bot.editable) return;
  const id = nodeId(isTaken(flow));
  const done = await bot.change(t("Add note"), [
    { op: "note", flow: flow.path, id, note: { text: "" } },
    { op: "place", flow: flow.path, id, place: { x: snapped(at.x), y: snapped(at.y), w: 232, h: 120 } },
  ]);
  if (!done) return;
  view.select([id]);
  view.rename(id);
}

export async function tidy(bot: OpenBot): Promise<void> {
  const { flow, view } = bot;
  if (!flow || !bot.editable) return;
  const only = view.nodes.size > 1 ? view.nodes : undefined;
  const slow = setTimeout(() => toast(t("Tidying the flow"), t("It takes a moment; work can go on.")), 400);
  try {
    const places = await tidied(flow, only);
    // Meanwhile work went on.
    for (const id of places.keys()) if (!flow.nodes.has(id) && !flow.notes.has(id)) places.delete(id);
    bot.change(only ? t("Tidy the selection") : t("Tidy the flow"), place(flow, places));
  } catch {
    toast(t("The flow could not be tidied"), t("It is as it was."), "error");
  } finally {
    clearTimeout(slow);
  }
}

export async function extractSelected(bot: OpenBot): Promise<void> {
  const { flow, view, mirror } = bot;
  if (!flow || !bot.editable) return;
  const ids = [...mirror.flows.values()].map((one) => one.id);
  const made = extract(flow, view.nodes, bot.kinds, { paths: mirror.flows.keys(), ids });
  if ("why" in made) toast(t("This cannot be a flow of its own"), `${made.why}.`);
  else if (await bot.change(t("Extract flow"), made.edits)) view.select([made.call]);
}

export async function inlineSelected(bot: OpenBot): Promise<void> {
  const { flow, view, mirror } = bot;
  const call = view.only;
  if (!flow || !bot.editable || call === undefined) return;
  const called = calledBy(flow, call);
  const made = inline(flow, call, called === undefined ? undefined : mirror.flowById(called));
  if ("why" in made) toast(t("The call cannot be put in place"), `${made.why}.`);
  else if (await bot.change(t("Inline flow"), made.edits)) view.select(made.ids);
}

export function enterCalled(bot: OpenBot): void {
  const called = bot.flow && calledBy(bot.flow, bot.view.only);
  const there = called === undefined ? undefined : bot.mirror.flowById(called);
  if (there) bot.view.enter(there.path);
}

/** Whether every selected wire is hidden behind its name. */
export function areTucked({ flow, view }: OpenBot): boolean {
  return (
    view.wires.size > 0 &&
    [...view.wires].map(wireEnds).every(({ source, port }) => tuckedAs(flow?.nodes.get(source), port) !== undefined)
  );
}

export function tuckSelected(bot: OpenBot): void {
  const { flow, view } = bot;
  if (!flow || !bot.editable) return;
  const hide = !areTucked(bot);
  const wires = [...view.wires].map(wireEnds);
  // Without a name of its own a link is called as the node it leads to, even after that was renamed.
  bot.change(
    hide ? many(wires.length, "Hide wire", "Hide {n} wires") : many(wires.length, "Show wire", "Show {n} wires"),
    tuck(flow, wires, () => (hide ? "" : undefined)),
  );
}

/** Plain text as a message that says it. */
export function messageClip(bot: OpenBot, text: string): Clip | undefined {
  const kind = bot.kinds.get("message.send");
  if (!kind || !text.trim() || text.length > 4000) return undefined;
  const node = { kind: kind.kind, v: kind.v, fields: { text: text.trim() }, next: {} };
  return { nexus: "clip", nodes: { a: node }, layout: { a: { x: 0, y: 0 } } };
}
