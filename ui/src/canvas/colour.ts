import type { CSSProperties } from "react";
import type { COLOURS } from "../flow";

const HUES: Record<(typeof COLOURS)[number], number> = {
  blue: 245,
  violet: 295,
  teal: 190,
  green: 150,
  amber: 85,
  orange: 50,
  red: 25,
  pink: 345,
};

/** A colour of a file as one that goes with the theme; one that the program does not know is taken as it is. */
export function tint(color: string | undefined): CSSProperties {
  if (!color) return {};
  const hue = HUES[color as keyof typeof HUES];
  if (hue !== undefined) return { "--own": `oklch(var(--kind-l) var(--kind-c) ${hue.toString()})` } as CSSProperties;
  return typeof CSS !== "undefined" && CSS.supports("color", color) ? ({ "--own": color } as CSSProperties) : {};
}
