import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { LogLine } from "../../core/logs/index.ts";

/** A batch is at most 256 KiB of lines (P11.4); JSON around and inside them may double that, and more is refused. */
const MAX_BODY = 1024 * 1024;

/** A body that can't be taken; `status` is the answer's. */
export class BodyError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "BodyError";
    this.status = status;
  }
}

export interface AppendRequest {
  readonly jobId: string;
  readonly lines: readonly LogLine[];
}

/**
 * Reads a worker's batch and checks it against what its signature says of the body.
 *
 * @param payloadHash SHA-256 in hex from the verified signature
 * @throws BodyError
 */
export async function readBatch(request: IncomingMessage, payloadHash: string): Promise<AppendRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new BodyError(413, `A batch of log lines has at most ${MAX_BODY} bytes.`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (createHash("sha256").update(body).digest("hex") !== payloadHash) {
    throw new BodyError(403, "The body is not the one that was signed.");
  }
  return parseBatch(body.toString("utf8"));
}

function parseBatch(text: string): AppendRequest {
  let batch: unknown;
  try {
    batch = JSON.parse(text);
  } catch {
    throw new BodyError(400, "The body is not JSON.");
  }
  const { jobId, lines } = (batch ?? {}) as { jobId?: unknown; lines?: unknown };
  if (typeof jobId !== "string" || !Array.isArray(lines) || !lines.every(isLine)) {
    throw new BodyError(
      400,
      "Give {jobId, lines: [{seq, time, stream: stdout|stderr|system, text, phase?}]}.",
    );
  }
  return {
    jobId,
    lines: lines.map(({ seq, time, stream, text, phase }) => ({
      seq,
      time,
      stream,
      text,
      ...(phase && { phase }),
    })),
  };
}

function isLine(value: unknown): value is LogLine {
  const line = (value ?? {}) as Record<string, unknown>;
  return (
    Number.isSafeInteger(line.seq) &&
    Number.isFinite(line.time) &&
    (line.stream === "stdout" || line.stream === "stderr" || line.stream === "system") &&
    typeof line.text === "string" &&
    (line.phase === undefined || typeof line.phase === "string")
  );
}
