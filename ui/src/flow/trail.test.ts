import { expect, test } from "vitest";
import { Trail } from "./trail";

const all = () => true;

test("back and forward through flows and jumps", () => {
  const trail = new Trail();
  trail.be({ flow: "a" }, false);
  trail.be({ flow: "a", node: "one" }, false);
  trail.be({ flow: "b" }, false);
  trail.be({ flow: "b", node: "two" }, true);
  expect(trail.can(1)).toBe(false);
  expect(trail.go(-1, all)).toEqual({ flow: "b" });
  expect(trail.go(-1, all)).toEqual({ flow: "a", node: "one" });
  expect(trail.go(-1, all)).toBeUndefined();
  expect(trail.go(1, all)).toEqual({ flow: "b" });
});

test("what is gone is passed over, and a new way ends the old one", () => {
  const trail = new Trail();
  for (const flow of ["a", "b", "c"]) trail.be({ flow }, false);
  expect(trail.go(-1, (stop) => stop.flow !== "b")).toEqual({ flow: "a" });
  trail.be({ flow: "d" }, false);
  expect(trail.can(1)).toBe(false);
  expect(trail.go(-1, all)).toEqual({ flow: "a" });
});
