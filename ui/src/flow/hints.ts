import type { Field } from "../api";

/**
 * What a field's text is, beyond its type: kinds say so by what they show as a placeholder. Whatever stands there that is something
 * else is still edited as text.
 */
export type Hint = "color" | "clock" | "moment" | "zone" | "asset";

export function hintOf(field: Field): Hint | undefined {
  if (field.type.is !== "text" || field.type.multiline) return undefined;
  const shown = field.placeholder ?? "";
  if (/^#[0-9a-f]{6}$/i.test(shown)) return "color";
  if (/^\d{2}:\d{2}$/.test(shown)) return "clock";
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(shown)) return "moment";
  if (/^[A-Z]\w+\/[A-Z]\w+$/.test(shown)) return "zone";
  if (shown.startsWith("assets/")) return "asset";
  return undefined;
}

export type AssetKind = "photo" | "video" | "audio" | "document";

export function assetKind(path: string): AssetKind {
  const ending = path.toLowerCase().match(/\.(\w+)(?:\?.*)?$/)?.[1] ?? "";
  if (["jpg", "jpeg", "png", "webp", "gif", "bmp", "svg"].includes(ending)) return "photo";
  if (["mp4", "mov", "webm", "mkv"].includes(ending)) return "video";
  if (["mp3", "m4a", "ogg", "oga", "wav", "flac"].includes(ending)) return "audio";
  return "document";
}
