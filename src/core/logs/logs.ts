import { EventEmitter, once } from "node:events";
import { insertLogChunk, jobIsOpen, logOwner, logPosition, readLogChunks } from "../store/logs.ts";
import type { Store } from "../store/store.ts";
import { type LogBatch, LogError, type LogLine, type Logs } from "./types.ts";

/**
 * What a worker may send at most: its own limit of 100 MiB (P11.4), the last lines and notices on top. A worker that
 * ignores its limit is stopped here.
 */
const MAX_BYTES = 128 * 1024 * 1024;
/** Batches a reader gets at once: at most 16 × 256 KiB. */
const CHUNKS_PER_READ = 16;
/** How long a follower sleeps when no append through this server wakes it: for other servers' appends, and the end. */
const LOOK_AGAIN_MS = 500;

/** The logs in the store. Waiting readers are woken by appends through this server; others look again in time. */
export function createLogs(store: Store): Logs {
  const appended = new EventEmitter().setMaxListeners(0);

  async function read(actionExecutionId: string, from: number): Promise<readonly LogLine[]> {
    const chunks = await readLogChunks(store.read, actionExecutionId, from, CHUNKS_PER_READ);
    return chunks.flatMap((chunk) =>
      (JSON.parse(chunk.lines) as Omit<LogLine, "seq">[])
        .map((line, index) => ({ seq: chunk.first_seq + index, ...line }))
        .filter((line) => line.seq >= from),
    );
  }

  return {
    read,

    async append({ actionExecutionId, jobId, lines }: LogBatch) {
      if (lines.length === 0) return;
      await store.transaction(async (tx) => {
        const owner = await logOwner(tx, actionExecutionId);
        if (owner === undefined || !(await jobIsOpen(tx, jobId, actionExecutionId))) {
          throw new LogError("notOpen", `Job ${jobId} has ended or does not work on this action.`);
        }
        const { lastSeq, totalBytes, jobLastSeq } = await logPosition(tx, actionExecutionId, jobId);
        const fresh = lines.filter((line) => line.seq > jobLastSeq).map(({ seq: _, ...line }) => line);
        const text = JSON.stringify(fresh);
        const bytes = totalBytes + Buffer.byteLength(text);
        if (fresh.length === 0) return;
        if (bytes > MAX_BYTES) {
          throw new LogError("full", `The log of an action holds at most ${MAX_BYTES} bytes.`);
        }
        await insertLogChunk(tx, {
          action_execution_id: actionExecutionId,
          first_seq: lastSeq + 1,
          last_seq: lastSeq + fresh.length,
          pipeline_id: owner.pipelineId,
          job_id: jobId,
          job_last_seq: lines.at(-1)?.seq ?? jobLastSeq,
          total_bytes: bytes,
          lines: text,
        });
      });
      appended.emit(actionExecutionId);
    },

    async *follow(actionExecutionId, from, signal) {
      for (let next = from; !signal.aborted; ) {
        // Listening starts before reading, and the status is read before the lines: nothing slips in between.
        const woken = new AbortController();
        const wait = once(appended, actionExecutionId, {
          signal: AbortSignal.any([signal, woken.signal, AbortSignal.timeout(LOOK_AGAIN_MS)]),
        }).catch(() => undefined);
        const ended = (await logOwner(store.read, actionExecutionId))?.status !== "InProgress";
        const lines = await read(actionExecutionId, next);
        if (lines.length > 0) {
          woken.abort();
          yield lines;
          next = (lines.at(-1)?.seq ?? next) + 1;
        } else if (ended) {
          woken.abort();
          return;
        } else {
          await wait;
        }
      }
    },
  };
}
