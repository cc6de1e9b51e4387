/** Action executions with jobs, as rows: what a log hangs on. */
import { randomUUID } from "node:crypto";
import type { Store } from "../../../src/core/store/store.ts";

export interface LoggedJob {
  readonly executionId: string;
  readonly actionExecutionId: string;
  readonly jobId: string;
}

/** An action in progress, and the job in a worker's hands that works on it. */
export async function runningAction(store: Store, account = "000000000000"): Promise<LoggedJob> {
  const [pipeline_id, execution_id, id] = [randomUUID(), randomUUID(), randomUUID()];
  const place = { pipeline_id, execution_id, stage: "Build", action: "Compile" };
  await store.transaction(async (tx) => {
    await tx
      .insertInto("pipeline")
      .values({
        id: pipeline_id,
        account,
        region: "us-east-1",
        name: `web-${pipeline_id}`,
        version: 1,
        created: 1,
        updated: 1,
        state: "{}",
      })
      .execute();
    await tx
      .insertInto("action_execution")
      .values({
        ...place,
        id,
        version: 1,
        attempt: 1,
        status: "InProgress",
        started: 1,
        updated: 1,
        input: "{}",
        output: "{}",
      })
      .execute();
  });
  return { executionId: execution_id, actionExecutionId: id, jobId: await nextJob(store, id) };
}

/** Another job of the action, in a worker's hands. @returns its id */
export async function nextJob(store: Store, actionExecutionId: string): Promise<string> {
  const id = randomUUID();
  await store.transaction(async (tx) => {
    const { account, region, name, ...place } = await tx
      .selectFrom("action_execution")
      .innerJoin("pipeline", "pipeline.id", "action_execution.pipeline_id")
      .select(["pipeline_id", "execution_id", "stage", "action", "account", "region", "name"])
      .where("action_execution.id", "=", actionExecutionId)
      .executeTakeFirstOrThrow();
    await tx
      .insertInto("job")
      .values({
        ...place,
        id,
        pipeline_name: name,
        pipeline_version: 1,
        action_execution_id: actionExecutionId,
        account,
        region,
        owner: "AWS",
        category: "Compute",
        provider: "Commands",
        version: "1",
        query_value: null,
        status: "InProgress",
        created: 1,
        nonce: null,
        lease_until: null,
        handed_out: 1,
        losses: 0,
        continuation_token: null,
        work: "{}",
        result: null,
        ended: null,
      })
      .execute();
  });
  return id;
}

/** The job's result has come. */
export async function endJob(store: Store, { actionExecutionId, jobId }: LoggedJob): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.updateTable("job").set({ status: "Succeeded", ended: 2 }).where("id", "=", jobId).execute();
    await tx
      .updateTable("action_execution")
      .set({ status: "Succeeded" })
      .where("id", "=", actionExecutionId)
      .execute();
  });
}
