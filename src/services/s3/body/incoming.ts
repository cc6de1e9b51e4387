import type { IncomingMessage, ServerResponse } from "node:http";
import type { Verified } from "../../../core/access/types.ts";
import type { ContentDigests, IncomingContent, PartChecksum } from "../../../core/artifacts/index.ts";
import { inviteBody } from "../../http.ts";
import { S3Error } from "../error.ts";
import type { ChecksumsAbout } from "../operation.ts";
import type { Headers } from "../parameters.ts";
import { decodeChunked } from "./aws-chunked.ts";
import { incompleteBody } from "./byte-reader.ts";
import {
  announcedTrailer,
  checkedChecksum,
  checksumHeader,
  checksumOfHeaders,
  md5OfHeaders,
} from "./checksums.ts";

/** AWS's limit for one PutObject or UploadPart: 5 GiB. */
export const largestBody = 5 * 1024 ** 3;

/** How long a caller may send nothing. (The listener gives the connection its own limit again for the next request.) */
const idleMilliseconds = 60_000;

/**
 * The body of a request as bytes to keep: decoded, and held against everything that headers, trailer and signature say
 * of it. Nothing is read, and no `100 Continue` sent, before the first byte is asked for.
 *
 * @throws S3Error for what the headers alone tell
 */
export function incomingContent(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Headers,
  { payload, chunks }: Pick<Verified, "payload" | "chunks">,
  checksums: ChecksumsAbout,
): IncomingContent {
  const streaming = payload.startsWith("STREAMING-");
  const size = declaredSize(headers, streaming);
  const md5 = md5OfHeaders(headers);
  const checksum = checksums === "the body" ? checksumOfHeaders(headers) : undefined;
  const trailing = payload.endsWith("-TRAILER");
  const trailer = trailing ? announcedTrailer(headers) : undefined;
  const trailers = new Map<string, string>();
  const signed = /^[0-9a-f]{64}$/.test(payload) ? payload : undefined;
  if (signed === undefined && !streaming && payload !== "UNSIGNED-PAYLOAD") {
    throw new S3Error(
      "InvalidArgument",
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-UNSIGNED-PAYLOAD-TRAILER or a valid sha256 value.",
    );
  }

  const raw = arriving(request, response);
  const decoded = streaming ? decodeChunked(raw, { trailing, ...(chunks && { chunks }) }, trailers) : raw;
  const algorithm = checksum?.algorithm ?? trailer;
  return {
    bytes: bounded(decoded, size),
    ...(algorithm && { algorithm }),
    sha256: signed !== undefined,
    verify(digests) {
      if (digests.size !== size) throw incompleteBody();
      if (signed !== undefined && digests.sha256 !== signed) throw wrongPayloadHash();
      if (md5 !== undefined && digests.md5 !== md5) {
        throw new S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.");
      }
      const sent = trailer === undefined ? undefined : trailers.get(checksumHeader(trailer));
      if (trailer !== undefined && sent === undefined) {
        throw new S3Error("InvalidRequest", `The announced trailer ${checksumHeader(trailer)} didn't come.`);
      }
      for (const expected of [checksum, trailer && checkedChecksum(trailer, sent ?? "")]) {
        if (expected) expectChecksum(expected, digests);
      }
    },
  };
}

/** Bytes that the body will have once decoded. @throws S3Error MissingContentLength, EntityTooLarge */
function declaredSize(headers: Headers, streaming: boolean): number {
  const text = headers.get(streaming ? "x-amz-decoded-content-length" : "content-length");
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new S3Error(
      "MissingContentLength",
      streaming
        ? "You must provide the x-amz-decoded-content-length HTTP header."
        : "You must provide the Content-Length HTTP header.",
    );
  }
  const size = Number(text);
  if (size > largestBody) {
    throw new S3Error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
      details: { ProposedSize: text, MaxSizeAllowed: String(largestBody) },
    });
  }
  return size;
}

async function* arriving(request: IncomingMessage, response: ServerResponse): AsyncGenerator<Uint8Array> {
  inviteBody(request, response);
  request.setTimeout(idleMilliseconds, () => request.destroy());
  try {
    // Left open when reading stops early: the caller is still to be told why.
    yield* request.iterator({ destroyOnReturn: false });
  } catch {
    throw incompleteBody();
  }
}

async function* bounded(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const chunk of bytes) {
    left -= chunk.length;
    if (left < 0) throw incompleteBody();
    yield chunk;
  }
}

function expectChecksum(expected: PartChecksum, digests: ContentDigests): void {
  if (digests.checksum?.algorithm === expected.algorithm && digests.checksum.value === expected.value) return;
  throw new S3Error(
    "BadDigest",
    `The ${expected.algorithm} you specified did not match the calculated checksum.`,
  );
}

function wrongPayloadHash(): S3Error {
  return new S3Error(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
}
