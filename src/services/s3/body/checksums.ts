/** What a request's headers say of the digests of its body. */
import type { ChecksumAlgorithm, PartChecksum } from "../../../core/artifacts/index.ts";
import { S3Error } from "../error.ts";
import type { Headers } from "../parameters.ts";

/** Bytes of each checksum. */
const sizes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

export const checksumAlgorithms = Object.keys(sizes) as ChecksumAlgorithm[];

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** @throws S3Error InvalidRequest */
export function checksumAlgorithm(name: string): ChecksumAlgorithm {
  const found = checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (found === undefined) {
    throw new S3Error(
      "InvalidRequest",
      `Checksum algorithm provided is unsupported: ${name}. Please try again with any of the valid types: [${checksumAlgorithms.join(", ")}]`,
    );
  }
  return found;
}

/** The checksum among the headers. @throws S3Error InvalidRequest when there are several, or it can't be one */
export function checksumOfHeaders(headers: Headers): PartChecksum | undefined {
  const found = checksumAlgorithms.filter(
    (algorithm) => headers.get(checksumHeader(algorithm)) !== undefined,
  );
  const [algorithm, ...more] = found;
  if (algorithm === undefined) return undefined;
  if (more.length > 0) {
    throw new S3Error(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  return checkedChecksum(algorithm, headers.get(checksumHeader(algorithm)) ?? "");
}

/** A composite one may say of how many parts it is. @throws S3Error InvalidRequest */
export function checkedChecksum(algorithm: ChecksumAlgorithm, value: string): PartChecksum {
  if (decodeBase64(value.replace(/-\d{1,5}$/, ""))?.length !== sizes[algorithm]) {
    throw new S3Error("InvalidRequest", `Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
  return { algorithm, value };
}

/** The algorithm of the checksum that will follow the body. @throws S3Error InvalidRequest */
export function announcedTrailer(headers: Headers): ChecksumAlgorithm | undefined {
  const name = headers.get("x-amz-trailer")?.trim().toLowerCase();
  if (name === undefined || name === "") return undefined;
  const found = checksumAlgorithms.find((algorithm) => checksumHeader(algorithm) === name);
  if (found === undefined) {
    throw new S3Error("InvalidRequest", "The value specified in the x-amz-trailer header is not supported");
  }
  return found;
}

/** Content-MD5 in hex. @throws S3Error InvalidDigest */
export function md5OfHeaders(headers: Headers): string | undefined {
  const value = headers.get("content-md5");
  if (value === undefined) return undefined;
  const bytes = decodeBase64(value);
  if (bytes?.length !== 16) {
    throw new S3Error("InvalidDigest", "The Content-MD5 you specified was invalid.");
  }
  return bytes.toString("hex");
}

function decodeBase64(value: string): Buffer | undefined {
  const bytes = Buffer.from(value, "base64");
  return bytes.toString("base64") === value ? bytes : undefined;
}
