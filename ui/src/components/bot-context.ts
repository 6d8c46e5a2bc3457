import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { BotRun, OpenBot } from "../flow";

export const BotContext = createContext<OpenBot | undefined>(undefined);

export function useOpenBot(): OpenBot {
  const bot = useContext(BotContext);
  if (!bot) throw new Error("no bot is open here");
  return bot;
}

/** What `select` reads of the open bot and of this window's view; must be a plain or an identity-stable value. */
export function useBot<T>(select: (bot: OpenBot) => T): T {
  const bot = useOpenBot();
  const watch = useCallback(
    (watcher: () => void) => {
      const stops = [bot.watch(watcher), bot.view.watch(watcher)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    [bot],
  );
  return useSyncExternalStore(watch, () => select(bot));
}

/** The same of its run, which has events of its own. */
export function useRun<T>(select: (run: BotRun) => T): T {
  const { run } = useOpenBot();
  return useSyncExternalStore(run.watch, () => select(run));
}
