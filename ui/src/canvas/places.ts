import type { Viewport } from "@xyflow/react";
import type { OpenBot } from "../flow";

/** Places of a flow that this person comes back to, by number. They belong to this machine, not to the bot. */

const keyOf = (bot: OpenBot) => `nexus.places ${bot.mirror.root} ${bot.flow?.path ?? ""}`;

export function placesOf(bot: OpenBot): { [digit in string]: Viewport } {
  try {
    return JSON.parse(localStorage.getItem(keyOf(bot)) ?? "{}");
  } catch {
    return {};
  }
}

export function keepPlace(bot: OpenBot, digit: number, view: Viewport): void {
  try {
    localStorage.setItem(keyOf(bot), JSON.stringify({ ...placesOf(bot), [digit]: view }));
  } catch {
    // A full or forbidden storage only costs the memory of it.
  }
}
