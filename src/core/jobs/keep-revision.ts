import type { JobWork } from "../engine/index.ts";
import { findJob } from "../store/jobs.ts";
import type { Soon } from "../store/store.ts";
import { visible } from "./find.ts";
import type { Room } from "./room.ts";
import type { JobScope, SuccessReport } from "./types.ts";

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Keeps the commit that a CodeCommit source delivers, however its execution was started: before its result counts, so
 * that no crash comes in between (P1.12).
 *
 * @throws JobError JobNotFound
 */
export function keepRevision(
  room: Room,
  scope: JobScope,
  jobId: string,
  { currentRevision }: SuccessReport,
): Soon<void> {
  if (currentRevision === undefined || !COMMIT.test(currentRevision.revision)) return;
  return keep(room, scope, jobId, currentRevision.revision);
}

async function keep(room: Room, scope: JobScope, jobId: string, commitId: string): Promise<void> {
  const job = visible(await findJob(room.store.read, jobId), scope, jobId);
  if (job.owner !== "AWS" || job.provider !== "CodeCommit" || job.ended !== null) return;
  const { resolvedConfiguration } = JSON.parse(job.work) as JobWork;
  const { RepositoryName: repositoryName } = resolvedConfiguration;
  if (repositoryName === undefined) return;
  await room.keepCommit(
    { account: job.account, region: job.region },
    {
      repositoryName,
      executionId: job.execution_id,
      commitId,
    },
  );
}
