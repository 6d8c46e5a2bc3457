import { useStoreApi } from "@xyflow/react";
import { useLayoutEffect, useRef } from "react";

const GAP = 24;

/**
 * The dots of the ground. A sheet somewhat larger than the window is moved by less than one gap, so that panning paints
 * nothing anew; and it follows the view without React, which would have to look at it in each frame.
 */
export function Dots() {
  const sheet = useRef<HTMLDivElement>(null);
  const store = useStoreApi();
  useLayoutEffect(() => {
    let known = 0;
    const follow = () => {
      const style = sheet.current?.style;
      if (!style) return;
      const [x, y, zoom] = store.getState().transform;
      const gap = GAP * zoom;
      if (zoom !== known) {
        known = zoom;
        style.inset = `${-gap}px`;
        style.backgroundSize = `${gap}px ${gap}px`;
        style.backgroundImage = `radial-gradient(circle at center, var(--dot) ${0.75 * zoom}px, transparent ${0.75 * zoom + 0.5}px)`;
      }
      style.transform = `translate(${within(x, gap)}px, ${within(y, gap)}px)`;
    };
    follow();
    return store.subscribe(follow);
  }, [store]);
  return <div ref={sheet} className="nx-dots" aria-hidden />;
}

function within(value: number, gap: number): number {
  return ((((value + gap / 2) % gap) + gap) % gap) - gap / 2;
}
