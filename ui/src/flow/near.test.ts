import { describe, expect, test } from "vitest";
import { keptArea, Near } from "./near";

describe("Near", () => {
  test("answers as a plain search would, near and far out", () => {
    const near = new Near();
    const rects = Array.from({ length: 400 }, (_, at) => ({
      x: (at * 977) % 9000,
      y: (at * 613) % 7000,
      width: 232,
      height: 90,
    }));
    for (const [at, rect] of rects.entries()) near.put(String(at), rect);
    for (const area of [
      { x: 0, y: 0, width: 800, height: 600 },
      { x: -5000, y: -5000, width: 90000, height: 90000 },
      { x: 4321, y: 1234, width: 0, height: 0 },
    ]) {
      const wanted = rects.flatMap((rect, at) =>
        rect.x <= area.x + area.width &&
        area.x <= rect.x + 232 &&
        rect.y <= area.y + area.height &&
        area.y <= rect.y + 90
          ? [String(at)]
          : [],
      );
      expect([...near.within(area)].sort()).toEqual(wanted.sort());
    }
  });

  test("bounds of nothing is nothing", () => {
    expect(new Near().bounds()).toBeUndefined();
  });
});

describe("the kept area", () => {
  const window = { x: 0, y: 0, width: 1000, height: 800 };
  const kept = keptArea(window, undefined);

  test("is larger than the window", () => {
    expect(kept).toEqual({ x: -400, y: -320, width: 1800, height: 1440 });
  });
  test("stays while the window moves inside it", () => {
    expect(keptArea({ ...window, x: 300, y: -200 }, kept)).toBe(kept);
  });
  test("follows when the window leaves it", () => {
    expect(keptArea({ ...window, x: 600 }, kept).x).toBe(200);
  });
  test("shrinks when the window has come much closer", () => {
    expect(keptArea({ x: 0, y: 0, width: 300, height: 240 }, kept)).not.toBe(kept);
  });
});
