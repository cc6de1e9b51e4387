import { expect, test } from "vitest";
import { splitPaths } from "../../src/core/connections/changed-paths.ts";

test("S4.21: so many paths are looked at, and what is no UTF-8 in them is marked", () => {
  const output = Buffer.concat([
    Buffer.from("a b\0caf\u00e9\0\ufffd\0"),
    Buffer.from([0x78, 0xff, 0x79, 0x00]),
  ]);
  expect(splitPaths(output, 4)).toEqual({ paths: ["a b", "café", "\ufffd", "x\0y"], truncated: false });
  expect(splitPaths(output, 3)).toEqual({ paths: ["a b", "café", "\ufffd"], truncated: true });
  expect(splitPaths(Buffer.alloc(0), 3)).toEqual({ paths: [], truncated: false });
});
