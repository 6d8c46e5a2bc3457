import { expect, test } from "vitest";
import { pictureName } from "./picture";

test("a picture is called as its flow's file", () => {
  expect(pictureName("flows/main.flow.json", "png")).toBe("main.png");
  expect(pictureName("flows/a.b.flow.json", "pdf")).toBe("a.b.pdf");
});
