import type { Descriptor } from "../api";
import { add, addInto, applies, freeSpot, fresh, itemId, mediaNode, type OpenBot, outPorts, type Point } from "../flow";
import { inside, t } from "../words";
import type { Wanted } from "./wiring";

/** A new node of a kind where it is wanted: at a point, at the end of a loose wire, or in the middle of one. Selected, ready to be filled. */
export async function addKind(bot: OpenBot, kind: Descriptor, want: Wanted & { pointed: boolean }): Promise<void> {
  const { flow } = bot;
  if (!flow) return;
  const node = fresh(kind, itemId);
  const port = outPorts(node, kind).find((port) => port.role === "flow")?.id;
  let { from } = want;
  if (from?.end === "source") from = port ? { ...from, port } : undefined;
  if (from?.end === "target" && kind.trigger) from = undefined;
  const into = want.into && port !== undefined && !kind.trigger ? want.into : undefined;
  const { id, edits } = into
    ? addInto(flow, node, into, bot.kinds)
    : add(flow, node, want.pointed ? want.at : freeSpot(flow, want.at), from);
  if (!(await bot.change(t("Add {kind}", { kind: inside(kind.title) }), edits))) return;
  const shown = kind.fields.filter((field) => !field.advanced && applies(field, node.fields, kind.fields));
  const first = shown.find((field) => field.type.is !== "list" && field.type.is !== "map") ?? shown[0];
  bot.view.begin(id, first?.name);
}

/** Files that were dropped: they go into the bot's folder, and one node sends them. */
export async function addFiles(bot: OpenBot, files: readonly File[], at: Point): Promise<void> {
  const kind = bot.kinds.get("message.media");
  if (!bot.flow || !kind || files.length === 0) return;
  const paths: string[] = [];
  for (const file of files) {
    const path = await bot.addAsset(file.name, new Uint8Array(await file.arrayBuffer()));
    if (path !== undefined) paths.push(path);
  }
  const { flow } = bot;
  if (!flow || paths.length === 0) return;
  const { id, edits } = add(flow, mediaNode(kind, paths), at);
  if (await bot.change(t("Add {kind}", { kind: inside(kind.title) }), edits)) bot.view.begin(id, "caption");
}
