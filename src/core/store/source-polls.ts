/** Sources that are polled: what was found there last, and when to look again (S5.2, S5.6). */
import { isAwake } from "./idle-pipelines.ts";
import type { Reader, Tx } from "./store.ts";
import type { SourcePollRow } from "./tables/source-polls.ts";

/** Announced when a pipeline may poll something else than before. */
export const POLL_TOPIC = "source-polls";

/** A polling source action of a current pipeline version. */
export interface PolledSource {
  readonly pipelineId: string;
  readonly pipelineVersion: number;
  readonly action: string;
  readonly container: string;
  readonly item: string;
  readonly due: number | null;
}

/** Those of GitHub that are due by `now`, the longest due first; one that was never polled is due. */
export async function duePolls(db: Reader, now: number, limit: number): Promise<PolledSource[]> {
  return polled(db, now)
    .where((eb) => eb.or([eb("source_poll.due", "is", null), eb("source_poll.due", "<=", now)]))
    .orderBy("source_poll.due")
    .limit(limit)
    .execute();
}

/** When the first of those that were polled is due again. */
export async function nextPollDue(db: Reader, now: number): Promise<number | undefined> {
  const rows = await polled(db, now)
    .where("source_poll.due", "is not", null)
    .orderBy("source_poll.due")
    .limit(1)
    .execute();
  return rows[0]?.due ?? undefined;
}

function polled(db: Reader, now: number) {
  return db
    .selectFrom("source_binding")
    .innerJoin("pipeline", "pipeline.id", "source_binding.pipeline_id")
    .leftJoin("source_poll", (join) =>
      join
        .onRef("source_poll.pipeline_id", "=", "source_binding.pipeline_id")
        .onRef("source_poll.action", "=", "source_binding.action"),
    )
    .select([
      "pipeline.id as pipelineId",
      "pipeline.version as pipelineVersion",
      "source_binding.action",
      "source_binding.container",
      "source_binding.item",
      "source_poll.due",
    ])
    .where("source_binding.provider", "=", "GitHub")
    .where("source_binding.polls", "=", 1)
    .where((eb) => isAwake(eb, now));
}

/** Puts the next poll off until `until`, so that no other server looks meanwhile. @returns false when one was first */
export async function claimPoll(
  tx: Tx,
  { pipelineId, action, due }: PolledSource,
  until: number,
): Promise<boolean> {
  if (due === null) {
    const inserted = await tx
      .insertInto("source_poll")
      .values({
        pipeline_id: pipelineId,
        action,
        target: "",
        identity: null,
        found: 0,
        due: until,
        failures: 0,
        error_code: null,
        error_message: null,
      })
      .onConflict((conflict) => conflict.columns(["pipeline_id", "action"]).doNothing())
      .executeTakeFirst();
    return inserted.numInsertedOrUpdatedRows === 1n;
  }
  const result = await tx
    .updateTable("source_poll")
    .set({ due: until })
    .where("pipeline_id", "=", pipelineId)
    .where("action", "=", action)
    .where("due", "=", due)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function findPoll(
  db: Reader,
  pipelineId: string,
  action: string,
): Promise<SourcePollRow | undefined> {
  return db
    .selectFrom("source_poll")
    .selectAll()
    .where("pipeline_id", "=", pipelineId)
    .where("action", "=", action)
    .executeTakeFirst();
}

export async function savePoll(
  tx: Tx,
  pipelineId: string,
  action: string,
  change: Partial<Omit<SourcePollRow, "pipeline_id" | "action">>,
): Promise<void> {
  await tx
    .updateTable("source_poll")
    .set(change)
    .where("pipeline_id", "=", pipelineId)
    .where("action", "=", action)
    .execute();
}

/** What stands of failed polls, by action. */
export async function failedPolls(
  db: Reader,
  pipelineId: string,
): Promise<{ action: string; code: string; message: string }[]> {
  const rows = await db
    .selectFrom("source_poll")
    .innerJoin("source_binding", (join) =>
      join
        .onRef("source_binding.pipeline_id", "=", "source_poll.pipeline_id")
        .onRef("source_binding.action", "=", "source_poll.action"),
    )
    .select(["source_poll.action", "error_code", "error_message"])
    .where("source_poll.pipeline_id", "=", pipelineId)
    .where("source_binding.polls", "=", 1)
    .where("error_code", "is not", null)
    .execute();
  return rows.map(({ action, error_code, error_message }) => ({
    action,
    code: error_code ?? "",
    message: error_message ?? "",
  }));
}

/** States of executions that started at or after `since`, newest first, at most 50. */
export async function statesSince(db: Reader, pipelineId: string, since: number): Promise<string[]> {
  const rows = await db
    .selectFrom("execution")
    .select("state")
    .where("pipeline_id", "=", pipelineId)
    .where("started", ">=", since)
    .orderBy("seq", "desc")
    .limit(50)
    .execute();
  return rows.map(({ state }) => state);
}
