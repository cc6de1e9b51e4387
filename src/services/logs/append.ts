import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { LogLine } from "../../core/logs/index.ts";
import { readBody } from "../body.ts";

/** A batch is at most 256 KiB of lines (P11.4); JSON around and inside them may double that, and more is refused. */
const LIMITS = { bytes: 1024 * 1024, milliseconds: 30_000 };

/** The largest that a Date holds: a line with another time could never be shown. */
const LATEST_TIME = 8.64e15;

/** A request that can't be taken; `status` is the answer's. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "RequestError";
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
 * @throws RequestError, BodyError
 */
export async function readBatch(request: IncomingMessage, payloadHash: string): Promise<AppendRequest> {
  const body = await readBody(request, LIMITS);
  if (createHash("sha256").update(body).digest("hex") !== payloadHash) {
    throw new RequestError(403, "The body is not the one that was signed.");
  }
  return parseBatch(body.toString("utf8"));
}

function parseBatch(text: string): AppendRequest {
  let batch: unknown;
  try {
    batch = JSON.parse(text);
  } catch {
    throw new RequestError(400, "The body is not JSON.");
  }
  const { jobId, lines } = (batch ?? {}) as { jobId?: unknown; lines?: unknown };
  if (!isId(jobId) || !Array.isArray(lines) || !lines.every(isLine)) {
    throw new RequestError(
      400,
      "Give {jobId, lines: [{seq, time, stream: stdout|stderr|system, text, phase?}]}, with texts of one line each.",
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

/** Whether a value has the form of an id of ours: anything else, NUL above all, is no key to look for. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f-]{36}$/.test(value);
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isLine(value: unknown): value is LogLine {
  const line = (value ?? {}) as Record<string, unknown>;
  return (
    isWhole(line.seq, 1, Number.MAX_SAFE_INTEGER) &&
    isWhole(line.time, 0, LATEST_TIME) &&
    (line.stream === "stdout" || line.stream === "stderr" || line.stream === "system") &&
    // A line break in it would make a line of its own, which then says what its writer wants of whoever wrote it.
    typeof line.text === "string" &&
    !/[\r\n]/.test(line.text) &&
    (line.phase === undefined || typeof line.phase === "string")
  );
}
