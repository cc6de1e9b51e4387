import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attributes, content, nobody, objectStore, type Place } from "./support.ts";

let place: Place;
beforeEach(async () => {
  place = await objectStore();
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

test("whoever reads while an object is replaced again and again gets one version of it, whole", async () => {
  const key = { bucket: "things", key: "k" };
  const write = (digit: number) =>
    place.objects.objects.put(key, attributes, content(...Array(20).fill(`${digit}`.repeat(50))), {
      written: nobody,
    });
  await write(0);
  let writing = true;
  let reads = 0;
  const readers = Array.from({ length: 4 }, async () => {
    while (writing) {
      const bytes = await place.objects.read("000000000000", "things", "k");
      const read = bytes && (await text(bytes));
      expect(read).toHaveLength(1000);
      expect(new Set(read).size).toBe(1);
      reads++;
    }
  });
  for (let count = 1; count <= 30; count++) await write(count % 10);
  writing = false;
  await Promise.all(readers);
  expect(reads).toBeGreaterThan(4);
  await expect.poll(() => place.files(), { timeout: 30_000 }).toHaveLength(1);
});

test("a stream that is opened and given up lets its file go", async () => {
  const key = { bucket: "things", key: "k" };
  await place.objects.objects.put(key, attributes, content("x"), { written: nobody });
  const opened = await place.objects.read("000000000000", "things", "k");
  await place.objects.objects.delete("things", [{ key: "k" }]);
  expect(await place.files()).toHaveLength(1);
  opened?.destroy();
  await expect.poll(() => place.files(), { timeout: 30_000 }).toEqual([]);
});
