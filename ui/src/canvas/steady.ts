import { useLayoutEffect, useRef, useState } from "react";

// biome-ignore lint/suspicious/noExplicitAny: handlers of any shape, passed through as they are
type Handlers = { [name: string]: (...heard: any[]) => unknown };

/**
 * The same functions for good, each of which calls the latest one of its name. React Flow hands what it is given to every
 * card and wire: a new function would draw all of them anew.
 */
export function useSteady<T extends Handlers>(latest: T): T {
  const now = useRef(latest);
  useLayoutEffect(() => {
    now.current = latest;
  });
  const [steady] = useState(
    () =>
      Object.fromEntries(
        Object.keys(latest).map((name) => [name, (...heard: unknown[]) => now.current[name]?.(...heard)]),
      ) as T,
  );
  return steady;
}
