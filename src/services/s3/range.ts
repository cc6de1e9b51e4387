import type { ByteRange } from "../../core/artifacts/index.ts";
import { S3Error } from "./error.ts";

/**
 * The stretch that a Range header asks for (RFC 9110, section 14.2). What isn't one range of bytes is ignored, as S3
 * does; the whole object is the answer then.
 *
 * @throws S3Error InvalidRange when it lies behind the end
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (header === undefined || first === undefined || last === undefined || (first === "" && last === "")) {
    return undefined;
  }
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) throw unsatisfiable(header, size);
  return { start, end };
}

/** A range of a copy source, which must be exact. @throws S3Error InvalidArgument, InvalidRange */
export function copyRangeOf(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw new S3Error(
      "InvalidArgument",
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    );
  }
  if (Number(last) >= size) throw unsatisfiable(header, size);
  return { start: Number(first), end: Number(last) };
}

/** The stretch of one part. @throws S3Error InvalidPartNumber */
export function partRange(sizes: readonly number[], number: number): ByteRange {
  const size = sizes[number - 1];
  if (size === undefined) {
    throw new S3Error("InvalidPartNumber", "The requested partnumber is not satisfiable", {
      details: { PartNumberRequested: String(number), ActualPartCount: String(sizes.length) },
    });
  }
  const start = sizes.slice(0, number - 1).reduce((sum, other) => sum + other, 0);
  return { start, end: start + size - 1 };
}

function unsatisfiable(header: string, size: number): S3Error {
  return new S3Error("InvalidRange", "The requested range is not satisfiable", {
    details: { RangeRequested: header, ActualObjectSize: String(size) },
    headers: { "content-range": `bytes */${size}` },
  });
}
