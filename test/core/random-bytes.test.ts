import { expect, test } from "vitest";
import { randomBytes } from "../../src/core/random-bytes.ts";

test("random bytes are as many as asked for, and nobody gets the same", () => {
  const sizes = [1, 14, 24, 256, 257, 9_000];
  const given = Array.from({ length: 2_000 }, (_, index) => randomBytes(sizes[index % sizes.length] ?? 1));
  expect(given.map((bytes) => bytes.length)).toEqual(given.map((_, index) => sizes[index % sizes.length]));
  const long = given.filter((bytes) => bytes.length >= 14).map((bytes) => Buffer.from(bytes).toString("hex"));
  expect(new Set(long).size).toBe(long.length);
});

test("what was given before stays as it is when more is given", () => {
  const first = randomBytes(24);
  const copy = Uint8Array.from(first);
  for (let count = 0; count < 2_000; count++) randomBytes(24);
  expect(first).toEqual(copy);
});
