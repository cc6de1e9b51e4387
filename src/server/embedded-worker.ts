/** The job protocol inside the server's own process: the same door, without HTTP, and for all of its accounts. */

import { RefusedError } from "../core/commands/types.ts";
import type { Core } from "../core/core.ts";
import { JobError } from "../core/jobs/types.ts";
import { LogError } from "../core/logs/index.ts";
import { EVERY_ACCOUNT } from "../core/store/workers.ts";
import { type Door, openDoor } from "../services/worker-api/index.ts";
import { type JobClient, JobRefusedError } from "../worker/index.ts";
import { pollAccounts } from "./poll-accounts.ts";

/** Many more than are ever in hand at once. */
const REMEMBERED = 10_000;

/**
 * @param account whose jobs the embedded worker takes
 * @param all the accounts of the installation, where there may be more; asked with every poll
 */
export function embeddedJobClient(
  core: Core,
  account: string,
  all: () => Promise<readonly string[]> = async () => [account],
): JobClient {
  const { jobs, logs } = core;
  const doors = new Map<string, Door>();
  /** Whose jobs they are that were handed out last. */
  const owners = new Map<string, string>();
  const poll = pollAccounts(core, doorOf);

  function doorOf(owner: string): Door {
    let door = doors.get(owner);
    if (door === undefined) {
      door = openDoor(core, owner);
      doors.set(owner, door);
    }
    return door;
  }

  function remember(jobId: string, owner: string): void {
    owners.set(jobId, owner);
    const oldest = owners.size > REMEMBERED ? owners.keys().next().value : undefined;
    if (oldest !== undefined) owners.delete(oldest);
  }

  const scopeOf = (jobId: string) => ({ account: owners.get(jobId) ?? account });
  const ofJob = (jobId: string) => doorOf(scopeOf(jobId).account);

  return {
    register: (worker) => asRefusal(jobs.registerWorker(EVERY_ACCOUNT, worker)),
    async poll(request, signal) {
      const found = await asRefusal(poll(await all(), request, signal));
      for (const { id, accountId } of found) remember(id, accountId);
      return found;
    },
    acknowledge: (jobId, nonce) => asRefusal(jobs.acknowledge(scopeOf(jobId), jobId, nonce)),
    extendLease: (jobId) => asRefusal(ofJob(jobId).extendLease(jobId)),
    refresh: (jobId) => asRefusal(ofJob(jobId).refresh(jobId)),
    cloneCredentials: (jobId) => asRefusal(ofJob(jobId).cloneCredentials(jobId)),
    giveUp: (jobId, nonce) => asRefusal(ofJob(jobId).giveUp(jobId, nonce)),
    park: (jobId) => asRefusal(ofJob(jobId).park(jobId)),
    progress: (jobId, progress) => asRefusal(ofJob(jobId).progress(jobId, progress)),
    succeed: (jobId, result) => asRefusal(jobs.succeed(scopeOf(jobId), jobId, result)),
    fail: (jobId, failure) => asRefusal(jobs.fail(scopeOf(jobId), jobId, failure)),
    appendLog: (actionExecutionId, jobId, lines) =>
      asRefusal(logs.append({ actionExecutionId, jobId, lines })),
    startBuild: (jobId, nonce) => asRefusal(ofJob(jobId).startBuild(jobId, nonce)),
    jobRole: (jobId) => asRefusal(ofJob(jobId).jobRole(jobId)),
    startChild: (jobId, request) => asRefusal(ofJob(jobId).startChild(jobId, request)),
    describeChild: (jobId, executionId) => asRefusal(ofJob(jobId).describeChild(jobId, executionId)),
    resolveSecret: (jobId, kind, name) => asRefusal(ofJob(jobId).resolveSecret(jobId, kind, name)),
    connectedRepository: (jobId, artifact) => asRefusal(ofJob(jobId).connectedRepository(jobId, artifact)),
    doubtConnection: (jobId, artifact) => asRefusal(ofJob(jobId).doubtConnection(jobId, artifact)),
    putBuildState: (jobId, build) => asRefusal(ofJob(jobId).putBuildState(jobId, build)),
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
