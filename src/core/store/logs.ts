import type { Reader, Tx } from "./store.ts";
import type { LogChunkRow } from "./tables/logs.ts";

/** Where a log stands: its end, and how far one job got in it. */
export interface LogPosition {
  readonly lastSeq: number;
  readonly totalBytes: number;
  readonly jobLastSeq: number;
}

export async function logPosition(
  db: Reader,
  actionExecutionId: string,
  jobId: string,
): Promise<LogPosition> {
  const newest = (ofJob: boolean) => {
    let query = db
      .selectFrom("log_chunk")
      .select(["last_seq", "total_bytes", "job_last_seq"])
      .where("action_execution_id", "=", actionExecutionId)
      .orderBy("first_seq", "desc")
      .limit(1);
    if (ofJob) query = query.where("job_id", "=", jobId);
    return query.executeTakeFirst();
  };
  const last = await newest(false);
  const own = await newest(true);
  return {
    lastSeq: last?.last_seq ?? 0,
    totalBytes: last?.total_bytes ?? 0,
    jobLastSeq: own?.job_last_seq ?? 0,
  };
}

export async function insertLogChunk(tx: Tx, chunk: LogChunkRow): Promise<void> {
  await tx.insertInto("log_chunk").values(chunk).execute();
}

/** Batches that hold lines from `fromSeq` on, oldest first. */
export async function readLogChunks(
  db: Reader,
  actionExecutionId: string,
  fromSeq: number,
  limit: number,
): Promise<readonly Pick<LogChunkRow, "first_seq" | "lines">[]> {
  return db
    .selectFrom("log_chunk")
    .select(["first_seq", "lines"])
    .where("action_execution_id", "=", actionExecutionId)
    .where("last_seq", ">=", fromSeq)
    .orderBy("first_seq")
    .limit(limit)
    .execute();
}

/** Whose log it is: what a reader's rights are judged by. */
export async function logOwner(db: Reader, actionExecutionId: string) {
  return db
    .selectFrom("action_execution")
    .innerJoin("pipeline", "pipeline.id", "action_execution.pipeline_id")
    .select([
      "pipeline.id as pipelineId",
      "pipeline.account",
      "pipeline.region",
      "pipeline.name as pipelineName",
      "action_execution.status",
    ])
    .where("action_execution.id", "=", actionExecutionId)
    .executeTakeFirst();
}

/** Whether the job works on this action execution and hasn't ended. */
export async function jobIsOpen(db: Reader, jobId: string, actionExecutionId: string): Promise<boolean> {
  const job = await db
    .selectFrom("job")
    .select("status")
    .where("id", "=", jobId)
    .where("action_execution_id", "=", actionExecutionId)
    .executeTakeFirst();
  return job?.status === "Dispatched" || job?.status === "InProgress";
}

/** The actions of an execution in the order in which they started, each with the id of its log. */
export async function logsOfExecution(db: Reader, executionId: string) {
  return db
    .selectFrom("action_execution")
    .innerJoin("pipeline", "pipeline.id", "action_execution.pipeline_id")
    .select([
      "action_execution.id as actionExecutionId",
      "action_execution.stage",
      "action_execution.action",
      "action_execution.attempt",
      "action_execution.status",
      "pipeline.account",
      "pipeline.region",
      "pipeline.name as pipelineName",
    ])
    .where("execution_id", "=", executionId)
    .orderBy("action_execution.started")
    .orderBy("action_execution.id")
    .execute();
}
