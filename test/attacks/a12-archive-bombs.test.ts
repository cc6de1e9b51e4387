import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ARCHIVE_LIMITS, type ArchiveLimits, unpack } from "../../src/worker/archive/index.ts";
import { rawZip } from "../worker/support/raw-zip.ts";
import { tempFolder } from "../worker/support/temp-folder.ts";

const folder = await tempFolder();
const MIB = 2 ** 20;
const zeros = (mib: number) => Buffer.alloc(mib * MIB);

async function refused(name: string, bytes: Buffer, limits: Partial<ArchiveLimits>, message: string) {
  const file = join(folder, `${name}.zip`);
  await writeFile(file, bytes);
  const out = join(folder, name);
  await expect(unpack(file, out, "Src", { ...ARCHIVE_LIMITS, ...limits })).rejects.toMatchObject({
    type: "JobFailed",
    message: `Artifact Src refused: ${message}`,
  });
  expect(existsSync(out)).toBe(false);
}

describe("A12, P12.3: an archive that explodes stops at the limit, by its name, and leaves nothing", () => {
  test("200 MiB of zeros in 200 KiB go beyond the ratio", () =>
    refused(
      "ratio",
      rawZip([{ name: "a", data: zeros(200), deflate: true }]),
      {},
      "compression ratio of 200:1 exceeded",
    ));

  test("many entries count together, not each for itself", () =>
    refused(
      "many",
      rawZip(
        Array.from({ length: 30 }, (_, index) => ({ name: `f${index}`, data: zeros(4), deflate: true })),
      ),
      {},
      "compression ratio of 200:1 exceeded",
    ));

  test("the unpacked size is counted, not believed: a header that claims 3 bytes doesn't help", () =>
    refused(
      "lies",
      rawZip([{ name: "a", data: zeros(20), deflate: true, claimedSize: 3 }]),
      {},
      "entry 'a' is larger than declared",
    ));

  test("the unpacked size has its limit", () =>
    refused(
      "size",
      rawZip([{ name: "a", data: zeros(20), deflate: true }]),
      { unpackedBytes: 10 * MIB },
      "unpacked size of 10 MiB exceeded",
    ));

  test("a directory that claims a million entries is refused before it is read", () => {
    const bytes = rawZip([{ name: "a" }]);
    const end = zip64End(bytes, 1_000_000);
    return refused("million", end, {}, "number of entries of 500000 exceeded");
  });

  test("the packed size has its limit", () =>
    refused(
      "packed",
      rawZip([{ name: "a", data: zeros(2) }]),
      { packedBytes: MIB },
      "packed size of 1 MiB exceeded",
    ));

  test("a zip64 record that lies about where the directory is ends in a refusal, not in a hang", async () => {
    const file = join(folder, "zip64.zip");
    await writeFile(file, zip64End(rawZip([{ name: "a" }]), 1, 2 ** 40));
    await expect(unpack(file, join(folder, "zip64"), "Src")).rejects.toThrow("its directory is damaged");
  });
});

/** Puts a zip64 end record before the ordinary one. */
function zip64End(bytes: Buffer, entryCount: number, directoryStart = 0): Buffer {
  const body = bytes.subarray(0, bytes.length - 22);
  const record = Buffer.alloc(56);
  record.write("PK\x06\x06", 0, "latin1");
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(entryCount), 24);
  record.writeBigUInt64LE(BigInt(entryCount), 32);
  record.writeBigUInt64LE(BigInt(directoryStart), 48);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07", 0, "latin1");
  locator.writeBigUInt64LE(BigInt(body.length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([body, record, locator, bytes.subarray(bytes.length - 22)]);
}
