/** What a comparison reads of a pipeline: each a statement that is built once, for there are millions of them. */
import { statement } from "../../src/core/store/statement.ts";
import type { CopyRow } from "../../src/core/store/tables/copies.ts";
import type { JobRow } from "../../src/core/store/tables/jobs.ts";
import type {
  ActionExecutionRow,
  EventRow,
  ExecutionRow,
  PipelineRow,
  TimerRow,
} from "../../src/core/store/tables/pipelines.ts";

type OpenJob = Pick<
  JobRow,
  | "id"
  | "execution_id"
  | "stage"
  | "action"
  | "status"
  | "category"
  | "owner"
  | "nonce"
  | "lease_until"
  | "handed_out"
>;

export const pipelineNamed = statement<
  { account: string; name: string },
  Pick<PipelineRow, "id" | "state" | "version">
>((db, given) =>
  db
    .selectFrom("pipeline")
    .select(["id", "state", "version"])
    .where("account", "=", given.account)
    .where("name", "=", given.name),
);

/** What changed since a command; the beginning of the log is 0. */
export const executionsSince = statement<
  { pipeline: string; command: number },
  Pick<ExecutionRow, "id" | "seq" | "status" | "state" | "command">
>((db, given) =>
  db
    .selectFrom("execution")
    .select(["id", "seq", "status", "state", "command"])
    .where("pipeline_id", "=", given.pipeline)
    .where("command", ">", given.command)
    .orderBy("seq"),
);

export const eventsSince = statement<
  { account: string; position: number },
  Pick<EventRow, "pipeline_id" | "event"> & { readonly position: number }
>((db, given) =>
  db
    .selectFrom("event")
    .select(["pipeline_id", "position", "event"])
    .where("position", ">", given.position)
    .where("account", "=", given.account)
    .orderBy("position"),
);

export const actionsOf = statement<
  { execution: string },
  Pick<
    ActionExecutionRow,
    "id" | "execution_id" | "stage" | "action" | "attempt" | "status" | "input" | "output"
  >
>((db, given) =>
  db
    .selectFrom("action_execution")
    .select(["id", "execution_id", "stage", "action", "attempt", "status", "input", "output"])
    .where("execution_id", "=", given.execution),
);

export const openJobs = statement<{ pipeline: string }, OpenJob>((db, given) =>
  db
    .selectFrom("job")
    .select([
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
    ])
    .where("pipeline_id", "=", given.pipeline)
    .where("ended", "is", null),
);

export const timersOfPipeline = statement<{ pipeline: string }, Pick<TimerRow, "timer">>((db, given) =>
  db.selectFrom("timer").select("timer").where("pipeline_id", "=", given.pipeline),
);

export const copiesOfPipeline = statement<{ pipeline: string }, Pick<CopyRow, "copy">>((db, given) =>
  db.selectFrom("artifact_copy").select("copy").where("pipeline_id", "=", given.pipeline),
);
