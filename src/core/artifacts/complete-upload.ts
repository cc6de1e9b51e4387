import { createHash } from "node:crypto";
import type { Ambient } from "../scope.ts";
import type { Tx } from "../store/store.ts";
import { partsOf, removePart, removeUpload } from "../store/uploads.ts";
import type { Checksum, PartChecksum } from "./content.ts";
import { combineCrcs, isCrc } from "./crc-combine.ts";
import { checksumOf } from "./digests.ts";
import { ObjectError } from "./error.ts";
import type { PartChoice, StoredVersion, Upload, UploadedPart, Uploads } from "./object-store.ts";
import { keptAttributes, partOf } from "./records.ts";
import { type Change, writeVersion } from "./versions.ts";

/** Every part but the last (AWS: 5 MiB). */
const smallestPart = 5 * 1024 * 1024;

/** The chosen parts become the object's content as they lie on disk; nothing is copied. */
export async function completeUpload(
  tx: Tx,
  ambient: Ambient,
  upload: Upload,
  choices: readonly PartChoice[],
  options: Parameters<Uploads["complete"]>[2],
): Promise<Change<StoredVersion>> {
  const present = new Map((await partsOf(tx, upload.id)).map((row) => [row.number, partOf(row)]));
  const chosen = choose(present, choices);
  const size = chosen.reduce((sum, part) => sum + part.size, 0);
  if (options.size !== undefined && options.size !== size) {
    throw new ObjectError(
      "InvalidRequest",
      `x-amz-mp-object-size says ${options.size} bytes, but the parts have ${size} together.`,
    );
  }
  const checksum = upload.checksum && (await checksumOfParts(upload.checksum, chosen));
  if (options.checksum) expectChecksum(options.checksum, checksum);

  const unused: string[] = [];
  const numbers = new Set(chosen.map((part) => part.number));
  for (const number of present.keys()) {
    if (!numbers.has(number)) unused.push(...(await removePart(tx, upload.id, number)));
  }
  await removeUpload(tx, upload.id);
  const version = {
    content: upload.id,
    size,
    etag: etagOf(chosen),
    modified: ambient.now(),
    attributes: keptAttributes(upload.attributes, checksum),
  };
  const change = await writeVersion(tx, ambient, upload, version, options);
  return { result: change.result, unused: [...unused, ...change.unused] };
}

/** @throws ObjectError InvalidPart, InvalidPartOrder, EntityTooSmall */
function choose(present: ReadonlyMap<number, UploadedPart>, choices: readonly PartChoice[]): UploadedPart[] {
  const chosen = choices.map((choice, index) => {
    if (index > 0 && choice.number <= (choices[index - 1]?.number ?? 0)) {
      throw new ObjectError(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    }
    const part = present.get(choice.number);
    const wrongChecksum = choice.checksum && part?.checksum && choice.checksum.value !== part.checksum.value;
    if (part === undefined || part.etag !== choice.etag || wrongChecksum) {
      throw new ObjectError(
        "InvalidPart",
        `One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag: part ${choice.number}`,
      );
    }
    return part;
  });
  for (const part of chosen.slice(0, -1)) {
    if (part.size < smallestPart) {
      throw new ObjectError(
        "EntityTooSmall",
        `Your proposed upload is smaller than the minimum allowed size: part ${part.number} has ${part.size} bytes, every part but the last needs ${smallestPart}.`,
      );
    }
  }
  return chosen;
}

/** MD5 of the parts' MD5s and their number: what S3 calls the ETag of an object uploaded in parts. */
function etagOf(parts: readonly UploadedPart[]): string {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part.etag, "hex");
  return `${hash.digest("hex")}-${parts.length}`;
}

async function checksumOfParts(
  kind: NonNullable<Upload["checksum"]>,
  parts: readonly UploadedPart[],
): Promise<Checksum> {
  const { algorithm, type } = kind;
  const values = parts.map((part) => ({ size: part.size, value: part.checksum?.value ?? "" }));
  if (type === "FULL_OBJECT" && isCrc(algorithm)) {
    return { algorithm, type, value: combineCrcs(algorithm, values) };
  }
  const joined = Buffer.concat(values.map(({ value }) => Buffer.from(value, "base64")));
  return { algorithm, type: "COMPOSITE", value: `${await checksumOf(algorithm, joined)}-${parts.length}` };
}

/** @throws ObjectError BadDigest */
function expectChecksum(expected: PartChecksum, actual: Checksum | undefined): void {
  const same =
    actual?.algorithm === expected.algorithm && actual.value.split("-")[0] === expected.value.split("-")[0];
  if (!same) {
    throw new ObjectError(
      "BadDigest",
      `The ${expected.algorithm} you specified did not match the calculated checksum.`,
    );
  }
}
