/**
 * The signatures of `STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER]` bodies: each chunk's covers the one before it, the
 * first covers the request's own.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html
 */
import { sameHex } from "./compare.ts";
import type { Mac } from "./mac.ts";
import type { ChunkVerifier } from "./types.ts";

/** SHA-256 of nothing. */
export const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** @param seed the request's own signature; `timestamp` and `scope` as in its string to sign */
export function createChunkVerifier(
  sign: Mac,
  { timestamp, scope, seed }: { timestamp: string; scope: string; seed: string },
): ChunkVerifier {
  let previous = seed;

  function verify(kind: string, hashes: readonly string[], signature: string): boolean {
    const expected = sign([kind, timestamp, scope, previous, ...hashes].join("\n"));
    previous = expected.toString("hex");
    return sameHex(signature, expected);
  }

  return {
    verifyChunk: (payloadHash, signature) =>
      verify("AWS4-HMAC-SHA256-PAYLOAD", [EMPTY_HASH, payloadHash], signature),
    verifyTrailer: (trailerHash, signature) => verify("AWS4-HMAC-SHA256-TRAILER", [trailerHash], signature),
  };
}
