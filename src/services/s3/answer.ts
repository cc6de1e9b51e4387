import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { S3Answer } from "./operation.ts";

/** How much of an unwanted body is read, and for how long, so that its sender gets to hear why. */
const mostDiscarded = 8 * 1024 * 1024;
const discardMilliseconds = 2_000;
/** How long a reader may take nothing. */
const idleMilliseconds = 60_000;

/**
 * Deals with what the caller still sends although it isn't wanted: little is read and thrown away, for more the
 * connection is closed after the answer.
 */
export async function discardRest(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.complete) return;
  // Whoever waits for `100 Continue` sends nothing before it.
  const waits = request.headers.expect !== undefined && !request.readableDidRead;
  if (!waits) await discard(request);
  if (!request.complete) response.setHeader("connection", "close");
}

async function discard(request: IncomingMessage): Promise<void> {
  let size = 0;
  const signal = AbortSignal.timeout(discardMilliseconds);
  const late = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  const read = (async () => {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > mostDiscarded || signal.aborted) return;
    }
  })();
  // It ends by itself with the request; a caller that hung up is found out when it is answered.
  await Promise.race([read.catch(() => undefined), late]);
}

export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: S3Answer,
): Promise<void> {
  const { status, headers = {}, body } = answer;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
  if (body instanceof Readable) {
    response.setTimeout(idleMilliseconds, () => response.destroy());
    response.strictContentLength = true;
    try {
      await pipeline(body, response);
    } catch (error) {
      response.destroy();
      if (!isHangUp(error)) throw error;
    }
    return;
  }
  if (body !== undefined) {
    response.setHeader("content-type", "application/xml");
    response.setHeader("content-length", Buffer.byteLength(body));
  }
  response.end(request.method === "HEAD" ? undefined : body);
}

/** A caller that went away ends the stream and lets its files go; there is nobody to tell. */
function isHangUp(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNRESET" || code === "EPIPE";
}
