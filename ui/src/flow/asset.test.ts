import { expect, test } from "vitest";
import { base64, isPicture, sizeSaid } from "./asset";

test("bytes travel as base64, however many there are", () => {
  expect(base64(new Uint8Array([0, 1, 254, 255]))).toBe("AAH+/w==");
  expect(base64(new Uint8Array(300_000)).length).toBe(400_000);
});

test("a size is said in two digits or three", () => {
  expect([820, 1200, 12_400, 3_440_000].map((bytes) => sizeSaid(bytes, "en"))).toEqual([
    "820 byte",
    "1.2 kB",
    "12 kB",
    "3.4 MB",
  ]);
});

test("pictures can be shown", () => {
  expect(["assets/a.PNG", "assets/b.pdf", "assets/c"].map(isPicture)).toEqual([true, false, false]);
});
