import fc from "fast-check";
import { expect, test } from "vitest";
import { type CrcAlgorithm, combineCrcs } from "../../src/core/artifacts/crc-combine.ts";
import { checksumOf } from "../../src/core/artifacts/digests.ts";

test.each<CrcAlgorithm>(["CRC32", "CRC32C", "CRC64NVME"])(
  "the %s of parts in a row is the one of all their bytes",
  async (algorithm) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 }),
        async (parts) => {
          const checksums = await Promise.all(
            parts.map(async (bytes) => ({ size: bytes.length, value: await checksumOf(algorithm, bytes) })),
          );
          expect(combineCrcs(algorithm, checksums)).toBe(await checksumOf(algorithm, Buffer.concat(parts)));
        },
      ),
    );
  },
);

test.each([
  ["CRC32", "cbf43926"],
  ["CRC32C", "e3069283"],
  ["CRC64NVME", "ae8b14860a799888"],
  ["SHA1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
  ["SHA256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"],
] as const)("the %s of 123456789 is the published check value", async (algorithm, value) => {
  const base64 = await checksumOf(algorithm, Buffer.from("123456789"));
  expect(Buffer.from(base64, "base64").toString("hex")).toBe(value);
});
