import { expect, test } from "vitest";
import { aligned, distributed, encloses, lineUp } from "./arrange";

const rect = (x: number, y: number, width = 100, height = 40) => ({ x, y, width, height });
const three = new Map([
  ["a", rect(0, 0)],
  ["b", rect(30, 100, 60, 80)],
  ["c", rect(300, 300)],
]);
const xs = (to: ReadonlyMap<string, { x: number }>) => [...to.values()].map(({ x }) => x);
const ys = (to: ReadonlyMap<string, { y: number }>) => [...to.values()].map(({ y }) => y);

test.each([
  ["left", [0, 0, 0]],
  ["centre", [150, 170, 150]],
  ["right", [300, 340, 300]],
] as const)("aligned %s", (side, wanted) => expect(xs(aligned(three, side))).toEqual(wanted));

test.each([
  ["top", [0, 0, 0]],
  ["middle", [150, 130, 150]],
  ["bottom", [300, 260, 300]],
] as const)("aligned %s", (side, wanted) => expect(ys(aligned(three, side))).toEqual(wanted));

test("equal gaps, the outermost stay", () => {
  expect(ys(distributed(three, "y"))).toEqual([0, 130, 300]);
  expect(distributed(new Map([["a", rect(0, 0)]]), "x").size).toBe(0);
});

test("a dragged card lines up with another's edge", () => {
  const { by, guides } = lineUp(rect(203, 96), [rect(200, 0), rect(0, 100)], 6);
  expect(by).toEqual({ x: -3, y: 4 });
  expect(guides).toContainEqual({ axis: "x", at: 200, from: 0, to: 140 });
});

test("what is far from every line stays", () => {
  expect(lineUp(rect(230, 60), [rect(200, 0)], 6)).toEqual({ by: { x: 0, y: 0 }, guides: [] });
});

test("a line around a point", () => {
  const line = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 5, y: 2 },
    { x: 0, y: 10 },
  ];
  expect(encloses(line, { x: 1, y: 5 })).toBe(true);
  expect(encloses(line, { x: 5, y: 8 })).toBe(false);
});
