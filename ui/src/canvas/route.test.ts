import { expect, test } from "vitest";
import { rounded, route } from "./route";

const card = (x: number, y: number) => ({ x, y: y + 15, top: y, bottom: y + 80 });

test("a forward wire leaves and arrives level", () => {
  expect(route({ ...card(0, 0), side: "right" }, card(200, 100))).toBe("M0,15C100,15 100,115 200,115");
});

test("a wire back on one row runs below both cards", () => {
  const path = route({ ...card(500, 0), side: "right" }, card(0, 0));
  expect(path).toContain("108");
  expect(path.endsWith("L0,15")).toBe(true);
});

test("a wire back to a lower row runs through the gap", () => {
  expect(route({ ...card(500, 0), side: "right" }, card(0, 200))).toContain(",128");
});

test("an error wire leaves downwards", () => {
  expect(route({ ...card(0, 0), y: 80, side: "bottom" }, card(200, 200))).toMatch(/^M0,80C0,/);
});

test("corners never overrun short pieces", () => {
  expect(
    rounded([
      [0, 0],
      [4, 0],
      [4, 4],
    ]),
  ).toBe("M0,0L2,0Q4,0 4,2L4,4");
});
