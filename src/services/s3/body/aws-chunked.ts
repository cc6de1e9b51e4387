import { createHash } from "node:crypto";
import type { ChunkVerifier } from "../../../core/access/types.ts";
import { S3Error } from "../error.ts";
import { ByteReader } from "./byte-reader.ts";

const longestLine = 1024;
const mostTrailers = 16;

export interface ChunkedFormat {
  /** Verifies the signatures of chunks and trailer; absent for unsigned ones. */
  readonly chunks?: ChunkVerifier;
  /** Whether headers follow the last chunk. */
  readonly trailing: boolean;
}

/**
 * Decodes `Content-Encoding: aws-chunked`. Bytes go on as they arrive; a chunk's signature is known to be right only
 * after its last byte, so what consumes them keeps nothing if this throws.
 *
 * @param trailers filled with the headers behind the last chunk, names in lower case
 * @throws S3Error SignatureDoesNotMatch, IncompleteBody, InvalidRequest
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function* decodeChunked(
  source: AsyncIterable<Uint8Array>,
  { chunks, trailing }: ChunkedFormat,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source);
  try {
    for (;;) {
      const { size, signature } = parseChunkHeader(await reader.line(longestLine));
      const hash = chunks && createHash("sha256");
      for (let left = size; left > 0; ) {
        const bytes = await reader.take(left);
        left -= bytes.length;
        hash?.update(bytes);
        yield bytes;
      }
      if (chunks && hash && !chunks.verifyChunk(hash.digest("hex"), signature)) throw wrongSignature("chunk");
      if (size === 0) break;
      if ((await reader.line(2)) !== "") throw malformed("a chunk is longer than its header says");
    }
    await readTrailers(reader, chunks, trailing, trailers);
    if (!(await reader.atEnd())) throw malformed("something follows the end of the body");
  } finally {
    await reader.close();
  }
}

/** `<size in hex>[;chunk-signature=<hex>]` */
function parseChunkHeader(line: string): { size: number; signature: string } {
  const [, size, signature = ""] =
    /^([0-9a-fA-F]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line) ?? [];
  if (size === undefined) throw malformed("a chunk doesn't begin with its size in hexadecimal");
  return { size: Number.parseInt(size, 16), signature };
}

async function readTrailers(
  reader: ByteReader,
  chunks: ChunkVerifier | undefined,
  trailing: boolean,
  trailers: Map<string, string>,
): Promise<void> {
  let signed = "";
  let signature = "";
  for (let count = 0; !(await reader.atEnd()); count++) {
    const line = await reader.line(longestLine);
    if (line === "") break;
    const colon = line.indexOf(":");
    if (!trailing || colon < 1 || count === mostTrailers) throw malformed(`unexpected trailing header`);
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "x-amz-trailer-signature") {
      signature = value;
      continue;
    }
    trailers.set(name, value);
    signed += `${name}:${value}\n`;
  }
  if (!chunks || !trailing) return;
  const hash = createHash("sha256").update(signed, "latin1").digest("hex");
  if (!chunks.verifyTrailer(hash, signature)) throw wrongSignature("trailer");
}

function malformed(problem: string): S3Error {
  return new S3Error("InvalidRequest", `The body is not valid aws-chunked: ${problem}.`);
}

function wrongSignature(what: string): S3Error {
  return new S3Error(
    "SignatureDoesNotMatch",
    `The ${what} signature we calculated does not match the signature you provided.`,
  );
}
