import { expect, test } from "vitest";
import { messages } from "./stream";

test.each([
  ["one message", ["data: 1\n\n"], ["1"]],
  ["cut anywhere", ["da", "ta: 1", "\n", "\ndata:2\n\n"], ["1", "2"]],
  ["several lines", ["data: a\ndata: b\n\n"], ["a\nb"]],
  ["comments and names are skipped", [": ping\n\nevent: x\nid: 4\ndata: 1\n\n"], ["1"]],
  ["carriage returns", ["data: 1\r\n\r\n"], ["1"]],
  ["an unfinished message waits", ["data: 1\n"], []],
])("%s", (_name, chunks, expected) => {
  const heard: string[] = [];
  const read = messages((data) => heard.push(data));
  chunks.forEach(read);
  expect(heard).toEqual(expected);
});
