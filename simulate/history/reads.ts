/** What a comparison reads of a pipeline: in one statement that is built once, for there are millions of them. */
import { type Kysely, type RawBuilder, sql } from "kysely";
import { isPostgres } from "../../src/core/store/row-lock.ts";
import { statement } from "../../src/core/store/statement.ts";
import type { Database } from "../../src/core/store/store.ts";
import type { JobRow } from "../../src/core/store/tables/jobs.ts";
import type { ActionExecutionRow } from "../../src/core/store/tables/pipelines.ts";

const JOB_COLUMNS = [
  "id",
  "execution_id",
  "stage",
  "action",
  "status",
  "category",
  "owner",
  "nonce",
  "lease_until",
  "handed_out",
] as const;

export type OpenJob = Pick<JobRow, (typeof JOB_COLUMNS)[number]>;

const ACTION_COLUMNS = [
  "id",
  "execution_id",
  "stage",
  "action",
  "attempt",
  "status",
  "input",
  "output",
] as const;

export type Action = Pick<ActionExecutionRow, (typeof ACTION_COLUMNS)[number]>;

/** One row of what is compared. */
export interface Part {
  readonly kind: "pipeline" | "execution" | "action" | "job" | "event" | "timer" | "copy";
  /** Of an event: its pipeline's. */
  readonly id: string;
  /** Of a pipeline its version, of an execution its seq, of an event its position. */
  readonly number: number;
  readonly command: number;
  readonly status: string;
  /** The state, the event, the timer, the copy; of an action and a job the whole row. */
  readonly json: string;
}

/**
 * The pipeline, its executions that a later command changed and their actions, its open jobs, later events of its account,
 * its timers and copies: together, for on PostgreSQL a statement's way there and back costs several times what it does there.
 */
export const partsSince = statement<
  { account: string; name: string; command: number; position: number },
  Part
>((db, given) => {
  const pipeline = db
    .selectFrom("pipeline")
    .where("account", "=", given.account)
    .where("name", "=", given.name);
  const executions = db
    .selectFrom("execution")
    .where("pipeline_id", "=", pipeline.select("id"))
    .where("command", ">", given.command);
  const events = db
    .selectFrom("event")
    .where("position", ">", given.position)
    .where("account", "=", given.account);
  const timers = db.selectFrom("timer").where("pipeline_id", "=", pipeline.select("id"));
  const copies = db.selectFrom("artifact_copy").where("pipeline_id", "=", pipeline.select("id"));
  const actions = db
    .selectFrom("action_execution")
    .where("execution_id", "in", executions.select("execution.id"));
  const jobs = db
    .selectFrom("job")
    .where("pipeline_id", "=", pipeline.select("id"))
    .where("ended", "is", null);
  const none = sql<number>`0`;
  const nothing = sql<string>`''`;
  const kind = (of: Part["kind"]) => sql<Part["kind"]>`${sql.lit(of)}`.as("kind");
  // The columns of a union are told apart by their order alone.
  return pipeline
    .select([kind("pipeline"), "id", "version as number", "command", nothing.as("status"), "state as json"])
    .unionAll(
      executions.select([kind("execution"), "id", "seq as number", "command", "status", "state as json"]),
    )
    .unionAll(
      events.select([
        kind("event"),
        "pipeline_id as id",
        "position as number",
        none.as("command"),
        nothing.as("status"),
        "event as json",
      ]),
    )
    .unionAll(
      actions.select([
        kind("action"),
        "id",
        none.as("number"),
        none.as("command"),
        "status",
        rowText(db, ACTION_COLUMNS).as("json"),
      ]),
    )
    .unionAll(
      jobs.select([
        kind("job"),
        "id",
        none.as("number"),
        none.as("command"),
        "status",
        rowText(db, JOB_COLUMNS).as("json"),
      ]),
    )
    .unionAll(
      timers.select([
        kind("timer"),
        "id",
        none.as("number"),
        none.as("command"),
        nothing.as("status"),
        "timer as json",
      ]),
    )
    .unionAll(
      copies.select([
        kind("copy"),
        "id",
        none.as("number"),
        none.as("command"),
        nothing.as("status"),
        "copy as json",
      ]),
    )
    .orderBy("number");
});

/** A row as JSON text. */
function rowText(db: Kysely<Database>, columns: readonly string[]): RawBuilder<string> {
  const members = sql.join(columns.flatMap((column) => [sql.lit(column), sql.ref(column)]));
  return isPostgres(db)
    ? sql<string>`json_build_object(${members})::text`
    : sql<string>`json_object(${members})`;
}
