import type { JobWork } from "../engine/index.ts";
import { findJob } from "../store/jobs.ts";
import type { Room } from "./room.ts";
import type { SuccessReport } from "./types.ts";

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Keeps the commit that a CodeCommit source delivers, however its execution was started: before its result counts, so
 * that no crash comes in between (P1.12).
 */
export async function keepRevision(
  room: Room,
  jobId: string,
  { currentRevision }: SuccessReport,
): Promise<void> {
  if (currentRevision === undefined || !COMMIT.test(currentRevision.revision)) return;
  const job = await findJob(room.store.read, jobId);
  if (job?.owner !== "AWS" || job.provider !== "CodeCommit" || job.ended !== null) return;
  const { resolvedConfiguration } = JSON.parse(job.work) as JobWork;
  const { RepositoryName: repositoryName } = resolvedConfiguration;
  if (repositoryName === undefined) return;
  const scope = { account: job.account, region: job.region };
  await room.keepCommit(scope, {
    repositoryName,
    executionId: job.execution_id,
    commitId: currentRevision.revision,
  });
}
