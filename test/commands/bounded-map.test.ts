import { expect, test } from "vitest";
import { BoundedMap } from "../../src/core/commands/bounded-map.ts";

test("a bounded map keeps what was set last, as long as the texts together aren't longer than it may keep", () => {
  const map = new BoundedMap<string>(10);
  map.set("a", "A", 4);
  map.set("b", "B", 4);
  map.set("a", "A again", 4);
  map.set("c", "C", 4);
  expect(["a", "b", "c"].map((key) => map.get(key))).toEqual(["A again", undefined, "C"]);
});

test("what is set again counts once", () => {
  const map = new BoundedMap<number>(10);
  for (let value = 0; value < 5; value++) map.set("a", value, 6);
  map.set("b", 1, 4);
  expect([map.get("a"), map.get("b")]).toEqual([4, 1]);
});

test("a text that is longer alone isn't kept, and leaves room for the next", () => {
  const map = new BoundedMap<string>(10);
  map.set("a", "A", 11);
  map.set("b", "B", 10);
  expect([map.get("a"), map.get("b")]).toEqual([undefined, "B"]);
});
