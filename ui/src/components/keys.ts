/** Keys are written once, portably: "Mod+Shift+Z". `Mod` is ⌘ on a Mac and Ctrl elsewhere. */
const MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

export function keyLabels(keys: string): string[] {
  return partsOf(keys).map((part) => {
    if (part === "Mod") return MAC ? "⌘" : "Ctrl";
    if (part === "Shift") return MAC ? "⇧" : "Shift";
    if (part === "Alt") return MAC ? "⌥" : "Alt";
    return NAMES[part] ?? part;
  });
}

/** "Mod++" ends with the sign itself. */
function partsOf(keys: string): string[] {
  return keys.endsWith("++") ? [...keys.slice(0, -2).split("+"), "+"] : keys === "+" ? ["+"] : keys.split("+");
}

const NAMES: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Delete: "Del",
  Escape: "Esc",
};

export function pressed(event: KeyboardEvent, keys: string): boolean {
  const parts = partsOf(keys);
  const key = parts.pop() ?? "";
  const mod = MAC ? event.metaKey : event.ctrlKey;
  const otherMod = MAC ? event.ctrlKey : event.metaKey;
  if (otherMod || mod !== parts.includes("Mod") || event.altKey !== parts.includes("Alt")) return false;
  const shift = parts.includes("Shift");
  if (/^\d$/.test(key)) return event.code === `Digit${key}` && event.shiftKey === shift;
  // With Alt held, some keyboards type another letter.
  if (event.altKey && /^[a-z]$/i.test(key)) return event.code === `Key${key.toUpperCase()}` && event.shiftKey === shift;
  if (key.length === 1 && /[^a-z]/i.test(key)) return event.key === key;
  if (event.shiftKey !== shift) return false;
  if (key === "Space") return event.key === " ";
  return event.key.toLowerCase() === key.toLowerCase();
}
