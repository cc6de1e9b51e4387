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

/** @returns whether it is there now: not where another's batch has just taken its place, which can be read then */
export async function insertLogChunk(tx: Tx, chunk: LogChunkRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("log_chunk")
    .values(chunk)
    .onConflict((place) => place.columns(["action_execution_id", "first_seq"]).doNothing())
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows) === 1;
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
export async function logOwner(db: Reader, id: string) {
  const action = db.selectFrom("action_execution").select(["pipeline_id", "status"]).where("id", "=", id);
  const rule = db.selectFrom("rule_execution").select(["pipeline_id", "status"]).where("id", "=", id);
  return db
    .selectFrom(action.unionAll(rule).as("owner"))
    .innerJoin("pipeline", "pipeline.id", "owner.pipeline_id")
    .select([
      "pipeline.id as pipelineId",
      "pipeline.account",
      "pipeline.region",
      "pipeline.name as pipelineName",
      "owner.status",
    ])
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

/** The actions and rules of an execution in the order in which they started, each with the id of its log. */
export async function logsOfExecution(db: Reader, executionId: string) {
  const actions = db
    .selectFrom("action_execution")
    .select(["id", "pipeline_id", "stage", "action", "attempt", "status", "started"])
    .where("execution_id", "=", executionId);
  const rules = db
    .selectFrom("rule_execution")
    .select(["id", "pipeline_id", "stage", "rule as action", "evaluation as attempt", "status", "started"])
    .where("execution_id", "=", executionId);
  return db
    .selectFrom(actions.unionAll(rules).as("one"))
    .innerJoin("pipeline", "pipeline.id", "one.pipeline_id")
    .select([
      "one.id as actionExecutionId",
      "one.stage",
      "one.action",
      "one.attempt",
      "one.status",
      "pipeline.account",
      "pipeline.region",
      "pipeline.name as pipelineName",
    ])
    .orderBy("one.started")
    .orderBy("one.id")
    .execute();
}
