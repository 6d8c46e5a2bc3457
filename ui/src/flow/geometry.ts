import type { Descriptor, Node } from "../api";
import { type OutPort, outPorts } from "./kinds";
import { type Piece, sentence } from "./summary";

/** A card's shape is worked out here, not measured, so wires to nodes far outside the window end in the right place. */
export const CARD_WIDTH = 232;
export const HEADER = 30;
export const LINE = 18;
export const ROW = 28;
export const PAD = 8;
export const SNAP = 8;
const TEXT_WIDTH = CARD_WIDTH - 24;
const MOST_LINES = 3;

export type PortSpot = OutPort & { x: number; y: number; side: "right" | "bottom" };

export type Card = {
  height: number;
  pieces: Piece[];
  lines: number;
  /** Ports with a row of their own, top to bottom. */
  rows: PortSpot[];
  /** The one port without a row, at the header's right. */
  single?: PortSpot;
  /** Error and compensate ports, along the bottom edge. */
  below: PortSpot[];
};

export function cardOf(
  node: Node,
  kind: Descriptor | undefined,
  pieces: Piece[] = sentence(node, kind),
  inTransaction = false,
): Card {
  const ports = outPorts(node, kind, inTransaction);
  const side = ports.filter((port) => port.role === "flow" || port.role === "lost");
  const bottom = ports.filter((port) => port.role === "error" || port.role === "compensate");
  const named = side.length > 1 || side.some((port) => port.field !== undefined || port.role === "lost");
  const lines = lineCount(pieces);
  const text = lines > 0 ? PAD + lines * LINE : 0;
  const top = HEADER + text + (named ? PAD - 2 : 0);
  const rows = named
    ? side.map((port, at): PortSpot => ({ ...port, x: CARD_WIDTH, y: top + at * ROW + ROW / 2, side: "right" }))
    : [];
  const only = named ? undefined : side[0];
  return {
    height: top + rows.length * ROW + (text > 0 || named ? PAD : 0),
    pieces,
    lines,
    rows,
    ...(only ? { single: { ...only, x: CARD_WIDTH, y: HEADER / 2, side: "right" } } : {}),
    below: bottom.map((port, at) => ({
      ...port,
      x: CARD_WIDTH - 28 - at * 56,
      y: top + rows.length * ROW + (text > 0 || named ? PAD : 0),
      side: "bottom",
    })),
  };
}

export function spots(card: Card): PortSpot[] {
  return [...(card.single ? [card.single] : []), ...card.rows, ...card.below];
}

/** The width of a word on a card. Without a page to measure in, an estimate; the page gives its own ruler. */
let ruler: (word: string) => number = (word) => word.length * 6.55;
const widths = new Map<string, number>();

export function measureWith(measure: (word: string) => number): void {
  ruler = measure;
  widths.clear();
}

function widthOf(word: string): number {
  let width = widths.get(word);
  if (width === undefined) {
    width = ruler(word);
    if (widths.size > 20_000) widths.clear();
    widths.set(word, width);
  }
  return width;
}

/** How many lines the sentence takes at the card's width; words wrap, typed newlines break. */
export function lineCount(pieces: readonly Piece[]): number {
  const text = pieces.map((piece) => piece.text).join("");
  if (!text) return 0;
  const space = widthOf(" ");
  let lines = 0;
  for (const line of text.split("\n")) {
    let used = 0;
    lines += 1;
    for (const word of line.split(" ")) {
      const width = widthOf(word);
      if (used > 0 && used + space + width > TEXT_WIDTH) {
        lines += 1;
        used = 0;
      }
      used += (used > 0 ? space : 0) + width;
      while (used > TEXT_WIDTH) {
        lines += 1;
        used -= TEXT_WIDTH;
      }
    }
  }
  return Math.min(lines, MOST_LINES);
}

export function snapped(value: number): number {
  return Math.round(value / SNAP) * SNAP;
}
