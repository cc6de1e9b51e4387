import { expect, test } from "vitest";
import { createIds } from "../../src/core/ids.ts";
import { randomBytes } from "../../src/core/random-bytes.ts";

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("api.md §2.2: ids have the form of a UUID v4", () => {
  const newId = createIds({ now: Date.now, randomBytes });
  for (let made = 0; made < 1_000; made++) expect(newId()).toMatch(UUID_V4);
});

test("each is greater than the ones before, also within a millisecond and when the clock goes back", () => {
  const times = [
    1_700_000_000_000, 1_700_000_000_001, 1_600_000_000_000, 1_700_000_000_002, 1_700_000_000_009,
  ];
  let now = 0;
  const newId = createIds({ now: () => now, randomBytes });
  const ids = times.flatMap((time) => {
    now = time;
    return Array.from({ length: 10_000 }, newId);
  });
  expect(ids).toEqual([...new Set(ids)].sort());
});

test("two servers in one millisecond make different ids, which differ in more than can be tried", () => {
  const clock = { now: () => 1_700_000_000_000, randomBytes };
  const [one, other] = [createIds(clock)(), createIds(clock)()];
  expect(one.slice(0, 19)).toBe(other.slice(0, 19));
  const common = [...one.slice(20)].filter((digit, at) => digit !== "-" && digit === other[20 + at]).length;
  expect(common).toBeLessThan(10);
});
