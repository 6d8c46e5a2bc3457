import type { Action } from "../actions";

export type Chosen = { [action in string]: string[] } | undefined;

/** The actions with the keys that the person chose in place of the usual ones. */
export function withKeys(actions: Action[], chosen: Chosen): Action[] {
  if (!chosen) return actions;
  return actions.map((action) => {
    const keys = chosen[action.id];
    return keys && !action.native ? { ...action, keys } : action;
  });
}

const ALONE = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "Dead"]);

/** A pressed key as it is written down; nothing while only Ctrl and its kin are held. */
export function written(event: KeyboardEvent, mac: boolean): string | undefined {
  if (ALONE.has(event.key) || event.isComposing) return undefined;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const letter = event.key.length === 1;
  const sign = letter && !/[a-z0-9 ]/i.test(event.key);
  const digit = /^Digit\d$/.test(event.code) ? event.code.slice(5) : undefined;
  const key = event.key === " " ? "Space" : (digit ?? (letter ? event.key.toUpperCase() : event.key));
  // Which sign it is says already whether Shift was held.
  const shift = event.shiftKey && !(sign && digit === undefined);
  return [mod && "Mod", event.altKey && "Alt", shift && "Shift", key].filter(Boolean).join("+");
}

/** Who has these keys already. */
export function holder(actions: readonly Action[], keys: string, but: string): Action | undefined {
  return actions.find((action) => action.id !== but && action.keys?.some((own) => canonical(own) === canonical(keys)));
}

/** The same keys are one text in whatever order they are written. */
function canonical(keys: string): string {
  const parts = keys.split("+");
  const key = parts.pop() || "+";
  return [...parts.filter(Boolean).sort(), key.toLowerCase()].join("+");
}
