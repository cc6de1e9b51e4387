/** Request bodies that are read whole: bounded in size and time. */
import type { IncomingMessage } from "node:http";

export interface BodyLimits {
  /** The largest body that is kept. */
  readonly bytes: number;
  readonly milliseconds: number;
}

/** How much of a body that is too large is read on, so that its sender gets to see the answer. */
const READ_ON_BYTES = 8 * 1024 * 1024;

/** The body can't be had. */
export class BodyError extends Error {
  /** tooLarge: over the limit. tooSlow: not whole in time. gone: the sender hung up, nobody waits for an answer. */
  readonly reason: "tooLarge" | "tooSlow" | "gone";
  /** Whether the connection can't be used again, because the rest of the body is still to come. */
  readonly unread: boolean;

  constructor(reason: BodyError["reason"], unread: boolean) {
    super(`request body: ${reason}`);
    this.name = "BodyError";
    this.reason = reason;
    this.unread = unread;
  }
}

/** @throws BodyError */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => fail("tooSlow", true), limits.milliseconds);

    function onData(chunk: Buffer): void {
      size += chunk.length;
      if (size <= limits.bytes) chunks.push(chunk);
      else if (size > limits.bytes + READ_ON_BYTES) fail("tooLarge", true);
    }
    function onEnd(): void {
      clearTimeout(timer);
      if (size > limits.bytes) reject(new BodyError("tooLarge", false));
      else resolve(Buffer.concat(chunks, size));
    }
    function fail(reason: BodyError["reason"], unread: boolean): void {
      clearTimeout(timer);
      request.off("data", onData);
      reject(new BodyError(reason, unread));
    }
    /** A body that is whole can't go any more; what happens to its request then is seen on the answer. */
    function onGone(): void {
      if (!request.readableEnded) fail("gone", true);
    }

    request.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
  });
}
