import { type CanvasHandle, messageClip, type Wanted } from "../canvas";
import { type Clip, clipFrom, copy, type OpenBot, paste } from "../flow";
import { t } from "../words";

/** What was copied last in this window, for where the system's clipboard may not be read. */
let last: string | undefined;

export function copyText(bot: OpenBot): string | undefined {
  const clip = bot.flow && copy(bot.flow, bot.view.nodes);
  if (!clip) return undefined;
  last = JSON.stringify(clip);
  return last;
}

export async function putOnClipboard(bot: OpenBot): Promise<void> {
  const text = copyText(bot);
  if (text) await navigator.clipboard?.writeText(text).catch(() => {});
}

export async function pasteFromClipboard(bot: OpenBot, canvas: CanvasHandle | undefined): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => last);
  pasteText(bot, canvas, text ?? last ?? "");
}

export function pasteText(bot: OpenBot, canvas: CanvasHandle | undefined, text: string): boolean {
  const clip = clipFrom(text) ?? messageClip(bot, text);
  if (!clip) return false;
  put(bot, clip, canvas?.spot().at, t("Paste"));
  return true;
}

export function duplicate(bot: OpenBot): void {
  const clip = bot.flow && copy(bot.flow, bot.view.nodes);
  if (clip) put(bot, clip, undefined, t("Duplicate"));
}

async function put(bot: OpenBot, clip: Clip, at: Wanted["at"] | undefined, label: string): Promise<void> {
  const { flow } = bot;
  if (!flow || !bot.editable) return;
  const places = Object.values(clip.layout);
  const beside = { x: Math.min(...places.map((one) => one.x)) + 32, y: Math.min(...places.map((one) => one.y)) + 32 };
  const { ids, edits } = paste(flow, clip, at ?? beside);
  if (await bot.change(ids.length === 1 ? `${label} node` : `${label} ${ids.length} nodes`, edits))
    bot.view.select(ids);
}
