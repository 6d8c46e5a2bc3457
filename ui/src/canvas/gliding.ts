import { type RefObject, useCallback, useEffect, useRef } from "react";

const REST = 160;

/**
 * While the view moves, all that lies on it is one picture which the compositor moves; at rest it is drawn sharp again.
 * The browser would else paint every card anew for each frame of a pan.
 */
export function useGliding(box: RefObject<HTMLElement | null>): () => void {
  const resting = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(resting.current), []);
  return useCallback(() => {
    const view = box.current?.querySelector<HTMLElement>(".react-flow__viewport");
    if (!view) return;
    if (resting.current === undefined) view.style.willChange = "transform";
    else clearTimeout(resting.current);
    resting.current = window.setTimeout(() => {
      resting.current = undefined;
      view.style.willChange = "";
    }, REST);
  }, [box]);
}
