import { afterCommit } from "../store/after-commit.ts";
import { ANY_TOPIC } from "../store/announcements.ts";
import { insertLogChunk, jobIsOpen, logOwner, logPosition, readLogChunks } from "../store/logs.ts";
import type { Store, Tx } from "../store/store.ts";
import { type LogBatch, LogError, type LogLine, type Logs } from "./types.ts";

/**
 * What a worker may send at most: its own limit of 100 MiB (P11.4), the last lines and notices on top. A worker that
 * ignores its limit is stopped here.
 */
const MAX_BYTES = 128 * 1024 * 1024;
/** Batches a reader gets at once: at most 16 × 256 KiB. */
const CHUNKS_PER_READ = 16;
/** In place of the job's id, for lines that the server wrote itself. */
const NO_JOB = "";
/** How long a follower sleeps when no append wakes it: the action's end isn't announced. */
const LOOK_AGAIN_MS = 500;

/** The logs in the store. */
export function createLogs(store: Store): Logs {
  /** Resolves with the next append to this log, when it is time to look again, or on abort. */
  function nextAppend(actionExecutionId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timeout);
        stopListening();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timeout = setTimeout(done, LOOK_AGAIN_MS);
      const stopListening = store.listen((topic) => {
        if (topic === topicOf(actionExecutionId) || topic === ANY_TOPIC) done();
      });
      signal.addEventListener("abort", done, { once: true });
    });
  }

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
        const log = { actionExecutionId, jobId, pipelineId: owner.pipelineId };
        await addLines(tx, log, (known) => lines.filter(({ seq }) => seq > known), MAX_BYTES);
      });
      store.announce(topicOf(actionExecutionId));
    },

    async note(tx, actionExecutionId, { time, text }) {
      const owner = await logOwner(tx, actionExecutionId);
      if (owner === undefined) return;
      const log = { actionExecutionId, jobId: NO_JOB, pipelineId: owner.pipelineId };
      await addLines(tx, log, () => [{ seq: 0, time, stream: "system", text }]);
      afterCommit(tx, () => store.announce(topicOf(actionExecutionId)));
    },

    async *follow(actionExecutionId, from, signal) {
      for (let next = from; !signal.aborted; ) {
        // Listening starts before reading, and the status is read before the lines: nothing slips in between.
        const looked = new AbortController();
        const append = nextAppend(actionExecutionId, AbortSignal.any([signal, looked.signal]));
        const ended = (await logOwner(store.read, actionExecutionId))?.status !== "InProgress";
        const lines = await read(actionExecutionId, next);
        if (lines.length > 0) {
          looked.abort();
          yield lines;
          next = (lines.at(-1)?.seq ?? next) + 1;
        } else if (ended) {
          looked.abort();
          return;
        } else {
          await append;
        }
      }
    },
  };
}

/**
 * Adds to a log's end. Others may do so meanwhile: the server's own lines come beside a worker's, on PostgreSQL also at
 * the same moment. Who comes second goes behind.
 *
 * @param fresh the lines behind the last that is known of the same job
 * @param mostBytes of the whole log
 * @throws LogError
 */
async function addLines(
  tx: Tx,
  { actionExecutionId, jobId, pipelineId }: { actionExecutionId: string; jobId: string; pipelineId: string },
  fresh: (known: number) => readonly LogLine[],
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<void> {
  let added = false;
  while (!added) {
    const { lastSeq, totalBytes, jobLastSeq } = await logPosition(tx, actionExecutionId, jobId);
    const lines = fresh(jobLastSeq);
    const last = lines.at(-1);
    if (last === undefined) return;
    const text = JSON.stringify(lines.map(({ seq: _, ...line }) => line));
    const bytes = totalBytes + Buffer.byteLength(text);
    if (bytes > mostBytes) {
      throw new LogError("full", `The log of an action holds at most ${mostBytes} bytes.`);
    }
    added = await insertLogChunk(tx, {
      action_execution_id: actionExecutionId,
      first_seq: lastSeq + 1,
      last_seq: lastSeq + lines.length,
      pipeline_id: pipelineId,
      job_id: jobId,
      job_last_seq: last.seq,
      total_bytes: bytes,
      lines: text,
    });
  }
}

function topicOf(actionExecutionId: string): string {
  return `log/${actionExecutionId}`;
}
