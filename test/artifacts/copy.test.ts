/** Copies inside the object store, as artifacts of other regions need them (E3.7). */
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { account, content, nobody, objectStore, type Place } from "./support.ts";

const from = { bucket: "things", key: "in" };
const to = { bucket: "far", key: "web/Out/abc.zip" };

let place: Place;
beforeEach(async () => {
  place = await objectStore();
  await place.objects.ensureBucket({ name: "far", account, region: "eu-west-1", versioned: true });
});
afterEach(() => place[Symbol.asyncDispose]());

const put = (body: string, headers = {}) =>
  place.objects.objects.put(from, { headers, metadata: { by: "me" } }, content(body), { written: nobody });

async function textOf({ bucket, key }: { bucket: string; key: string }): Promise<string | undefined> {
  const stream = await place.objects.read(account, bucket, key);
  return stream && Buffer.concat(await stream.toArray()).toString();
}

test("a copy has the bytes, headers and metadata, in a file of its own", async () => {
  await put("bytes", { "content-type": "application/zip", "x-amz-server-side-encryption": "aws:kms" });
  expect(await place.objects.copy(account, from, to)).toBe(true);
  const [source, copy] = [
    await place.objects.head(account, from.bucket, from.key),
    await place.objects.head(account, to.bucket, to.key),
  ];
  expect(copy).toMatchObject({
    size: 5,
    etag: source?.etag,
    contentType: "application/zip",
    metadata: { by: "me" },
  });
  await place.objects.objects.delete(from.bucket, [{ key: from.key }]);
  expect([await textOf(from), await textOf(to)]).toEqual([undefined, "bytes"]);
  expect(await place.files()).toHaveLength(1);
});

test("an object of parts keeps them", async () => {
  const upload = await place.objects.uploads.create(from, { headers: {}, metadata: {} });
  const first = "a".repeat(5 * 1024 * 1024);
  const one = await place.objects.uploads.putPart(upload, 1, content(first));
  const two = await place.objects.uploads.putPart(upload, 2, content("end"));
  const { etag } = await place.objects.uploads.complete(upload, [one, two], { written: nobody });
  await place.objects.copy(account, from, to);
  const found = await place.objects.objects.find(to);
  expect(found).toMatchObject({ kind: "object", object: { etag } });
  if (found.kind === "object") {
    expect(await place.objects.objects.partSizes(found.object)).toEqual([first.length, 3]);
  }
  const hash = (text = "") => createHash("sha256").update(text).digest("hex");
  expect(hash(await textOf(to))).toBe(hash(`${first}end`));
});

test("made again it does no harm", async () => {
  await put("bytes");
  await Promise.all([place.objects.copy(account, from, to), place.objects.copy(account, from, to)]);
  expect(await textOf(to)).toBe("bytes");
});

test("of what isn't there, or is another account's, nothing is copied", async () => {
  expect(await place.objects.copy(account, from, to)).toBe(false);
  await put("bytes");
  expect(await place.objects.copy("111111111111", from, to)).toBe(false);
  expect(await textOf(to)).toBeUndefined();
});

test("a target bucket that isn't there is told, and no file is left", async () => {
  await put("bytes");
  await place.objects.ensureBucket({ name: "theirs", account: "111111111111", region: "r", versioned: true });
  for (const bucket of ["nowhere", "theirs"]) {
    await expect(place.objects.copy(account, from, { ...to, bucket })).rejects.toMatchObject({
      code: "NoSuchBucket",
    });
  }
  expect(await place.files()).toHaveLength(1);
});

test("where the bytes are: here, with another server, or nowhere", async () => {
  expect(await place.objects.whereIs(account, from)).toBe("nowhere");
  await put("bytes");
  expect(await place.objects.whereIs(account, from)).toBe("here");
  const [file = ""] = await place.files();
  await rm(join(place.dataDir, "objects", file.slice(0, 2), file));
  expect(await place.objects.whereIs(account, from)).toBe("elsewhere");
  await expect(place.objects.copy(account, from, to)).rejects.toMatchObject({ code: "ENOENT" });
});
