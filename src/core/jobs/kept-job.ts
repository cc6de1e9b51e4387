import type { JobWork } from "../engine/index.ts";
import { openSecrets } from "../sealed-secret.ts";
import type { Reader } from "../store/store.ts";
import type { JobRow } from "../store/tables/jobs.ts";
import { CREDENTIALS_MS } from "./durations.ts";
import { grantsOf } from "./grants.ts";
import type { Room } from "./room.ts";
import type { JobStatus, KeptJob } from "./types.ts";

/** The job as its worker sees it, with secrets in clear; without credentials once it has ended (api.md §15). */
export async function keptJob(
  { access, ambient, commands }: Room,
  db: Reader,
  row: JobRow,
): Promise<KeptJob> {
  const work = JSON.parse(row.work) as JobWork;
  const { owner, category, provider, version } = row;
  const type = { category, owner, provider, version };
  const job: KeptJob = {
    id: row.id,
    status: row.status as JobStatus,
    ...(row.nonce !== null && { nonce: row.nonce }),
    scope: { account: row.account, region: row.region },
    type,
    work,
    configuration: openSecrets(access, work.resolvedConfiguration),
    ...(row.continuation_token !== null && {
      continuationToken: JSON.parse(row.continuation_token) as string,
    }),
    losses: row.losses,
    pipelineName: row.pipeline_name,
    executionId: row.execution_id,
    stage: row.stage,
    action: row.action,
    actionExecutionId: row.action_execution_id,
  };
  if (row.ended !== null) return job;
  const definition = await commands.definition(db, row.pipeline_id, row.pipeline_version);
  const credentials = access.issueJobCredentials({
    jobId: row.id,
    actionExecutionId: row.action_execution_id,
    ...job.scope,
    ...grantsOf(type, work, definition),
    expires: ambient.now() + CREDENTIALS_MS,
  });
  return { ...job, credentials };
}
