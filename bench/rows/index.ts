import type { Row } from "../support/row.ts";
import { artifactMemory } from "./artifact-memory.ts";
import { delivery } from "./delivery.ts";
import { getPipeline } from "./get-pipeline.ts";
import { historyCost } from "./history-cost.ts";
import { idleMemory } from "./idle-memory.ts";
import { jobCycles } from "./job-cycles.ts";
import { nextJob } from "./next-job.ts";
import { noOpHttp } from "./no-op-http.ts";
import { noOpPostgres } from "./no-op-postgres.ts";
import { noOpSqlite } from "./no-op-sqlite.ts";
import { push } from "./push.ts";
import { shellActions } from "./shell-actions.ts";
import { startTime } from "./start-time.ts";
import { transitions } from "./transitions.ts";

/** In the order of the budgets. */
export const rows: readonly Row[] = [
  noOpSqlite,
  noOpPostgres,
  noOpHttp,
  shellActions,
  getPipeline,
  transitions,
  jobCycles,
  nextJob,
  push,
  delivery,
  historyCost,
  artifactMemory,
  startTime,
  idleMemory,
];
