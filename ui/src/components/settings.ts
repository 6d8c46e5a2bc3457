import { createContext, useContext } from "react";
import type { Mode, Settings } from "../api";

/** What the person chose for the program as a whole, and choosing otherwise. */
export type Chosen = { settings: Settings; choose(part: Partial<Settings>): void };

export const SettingsContext = createContext<Chosen>({ settings: { look_for_updates: false }, choose: () => {} });

export function useSettings(): Chosen {
  return useContext(SettingsContext);
}

/**
 * How much of the program is shown: `creator` has the kinds that most bots need and plain words, `power` has everything,
 * `developer` also what lies in the files. A switch and no wall: what a bot holds is shown in each.
 */
export function useMode(): Mode {
  return useSettings().settings.mode ?? "power";
}

/** The same as questions, for those who show or hide one thing. */
export function useShows(): { technical: boolean; files: boolean } {
  const mode = useMode();
  return { technical: mode !== "creator", files: mode === "developer" };
}
