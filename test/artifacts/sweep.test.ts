import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attributes, content, nobody, objectStore, type Place } from "./support.ts";

let place: Place;
const key = { bucket: "things", key: "k" };

beforeEach(async () => {
  place = await objectStore();
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

test("files that a crash left are gone after the next start; objects and parts stay", async () => {
  await place.objects.objects.put(key, attributes, content("kept"), { written: nobody });
  const upload = await place.objects.uploads.create({ bucket: "things", key: "u" }, attributes);
  await place.objects.uploads.putPart(upload, 1, content("part"));
  const kept = await place.files();
  for (const name of ["00left-by-a-crash", "ffleft-by-another"]) {
    const folder = join(place.dataDir, "objects", name.slice(0, 2));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), "half");
  }
  await place.restart();
  await expect
    .poll(async () => (await place.files()).toSorted(), { timeout: 30_000 })
    .toEqual(kept.toSorted());
  const read = await place.objects.read("000000000000", "things", "k");
  expect(read && (await text(read))).toBe("kept");
});

test("what is written while the sweep runs stays", async () => {
  const writes = Array.from({ length: 50 }, (_, index) =>
    place.objects.objects.put({ bucket: "things", key: `${index}` }, attributes, content("x"), {
      written: nobody,
    }),
  );
  await place.restart();
  await Promise.all(writes);
  await place.restart();
  await place.objects.close();
  expect(await place.files()).toHaveLength(50);
});

test("bytes that fail on their way in leave neither row nor file", async () => {
  async function* failing() {
    yield Buffer.from("half");
    throw new Error("the line is dead");
  }
  const put = place.objects.objects.put(
    key,
    attributes,
    { bytes: failing(), sha256: false, verify: () => undefined },
    { written: nobody },
  );
  await expect(put).rejects.toThrow("the line is dead");
  expect(await place.files()).toEqual([]);
  expect(await place.objects.head("000000000000", "things", "k")).toBeUndefined();
});

test("a commit whose answer got lost keeps the file of the object that it made", async () => {
  const { store } = place;
  const transaction = store.transaction.bind(store);
  Object.assign(store, {
    transaction: async (work: Parameters<typeof transaction>[0]) => {
      await transaction(work);
      throw new Error("connection lost");
    },
  });
  await expect(
    place.objects.objects.put(key, attributes, content("there"), { written: nobody }),
  ).rejects.toThrow("connection lost");
  Object.assign(store, { transaction });
  const read = await place.objects.read("000000000000", "things", "k");
  expect(read && (await text(read))).toBe("there");
});

test("a bucket is only its account's", async () => {
  await place.objects.objects.put(key, attributes, content("x"), { written: nobody });
  expect(await place.objects.head("111111111111", "things", "k")).toBeUndefined();
  expect(await place.objects.read("111111111111", "things", "k")).toBeUndefined();
  await place.objects.ensureBucket({ name: "things", account: "111111111111", region: "r", versioned: true });
  expect(await place.objects.buckets.find("things")).toMatchObject({
    account: "000000000000",
    versioning: "Unversioned",
  });
});
