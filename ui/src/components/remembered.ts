import { useCallback, useState } from "react";

/** A choice of this person on this machine: survives a reload, never leaves the window. */
export function useRemembered<T>(name: string, initial: T): [T, (value: T) => void] {
  const key = `nexus.${name}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const kept = localStorage.getItem(key);
      return kept === null ? initial : (JSON.parse(kept) as T);
    } catch {
      return initial;
    }
  });
  const keep = useCallback(
    (next: T) => {
      setValue(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // A full or forbidden storage only costs the memory of it.
      }
    },
    [key],
  );
  return [value, keep];
}
