/** The job protocol inside the server's own process: the same door, without HTTP. */

import { RefusedError } from "../core/commands/types.ts";
import type { Core } from "../core/core.ts";
import { JobError } from "../core/jobs/types.ts";
import { LogError } from "../core/logs/index.ts";
import { openDoor } from "../services/worker-api/index.ts";
import { type JobClient, JobRefusedError } from "../worker/index.ts";

/** @param account whose jobs the embedded worker takes */
export function embeddedJobClient(core: Core, account: string): JobClient {
  const door = openDoor(core, account);
  const { jobs, logs } = core;
  const scope = { account };

  return {
    register: (worker) => asRefusal(door.register(worker)),
    poll: (request, signal) => asRefusal(door.poll(request, signal)),
    acknowledge: (jobId, nonce) => asRefusal(jobs.acknowledge(scope, jobId, nonce)),
    extendLease: (jobId) => asRefusal(door.extendLease(jobId)),
    refresh: (jobId) => asRefusal(door.refresh(jobId)),
    cloneCredentials: (jobId) => asRefusal(door.cloneCredentials(jobId)),
    giveUp: (jobId) => asRefusal(door.giveUp(jobId)),
    progress: (jobId, progress) => asRefusal(door.progress(jobId, progress)),
    succeed: (jobId, result) => asRefusal(jobs.succeed(scope, jobId, result)),
    fail: (jobId, failure) => asRefusal(jobs.fail(scope, jobId, failure)),
    appendLog: (actionExecutionId, jobId, lines) =>
      asRefusal(logs.append({ actionExecutionId, jobId, lines })),
    startBuild: (jobId, projectName) => asRefusal(door.startBuild(jobId, projectName)),
    resolveSecret: (jobId, kind, name) => asRefusal(door.resolveSecret(jobId, kind, name)),
    putBuildState: (jobId, build) => asRefusal(door.putBuildState(jobId, build)),
  };
}

/** What core/ refuses for good is no reason for the worker to try again. */
async function asRefusal<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof JobError || error instanceof LogError)
      throw new JobRefusedError(error.code, error.message);
    if (error instanceof RefusedError) throw new JobRefusedError(error.refusal.code, error.message);
    throw error;
  }
}
