/**
 * What workers of built-in types may ask and say, whichever way they came: through our own target over HTTP, or inside
 * the server's process.
 */

import type { ReportedState } from "../../core/builds/index.ts";
import type { Core } from "../../core/core.ts";
import type { ActionTypeId } from "../../core/engine/index.ts";
import { JobError, type KeptJob, type ProgressReport } from "../../core/jobs/types.ts";
import type { ResolvedSecret, SecretKind } from "../../core/secrets/types.ts";
import { buildOf, startedBuild } from "./build-project.ts";
import { type ChildRequest, describeChild, startChild } from "./child-pipeline.ts";
import { connectedRepository, doubtConnection } from "./connected-repository.ts";
import { jobRole } from "./job-role.ts";
import { pollEach, waitForAny } from "./regions.ts";
import { readerOf } from "./secret-reader.ts";
import { keysOf, toWire } from "./wire.ts";

const MAX_WAIT_SECONDS = 20;
const MAX_BATCH = 100;
const LEASE_SECONDS = 60;

export interface PollRequest {
  readonly workerId: string;
  readonly actionTypeIds: readonly ActionTypeId[];
  /** Absent: jobs of actions in every region (P0.17). */
  readonly regions?: readonly string[];
  readonly maxBatchSize: number;
  readonly waitSeconds: number;
}

export type Door = ReturnType<typeof openDoor>;

/** The door for the workers of one account, whose jobs may be of any region. */
export function openDoor(core: Core, account: string) {
  const { jobs, builds, secrets, settings, catalogue } = core;
  const scope = { account };
  const wire = (job: KeptJob) =>
    toWire(job, settings.publicUrl(), {
      settings: catalogue.settingsFor(job.type, job.configuration),
      rolesCount: catalogue.givesKeys,
    });

  return {
    register: (worker: { workerId: string; version: string; capabilities: readonly string[] }) =>
      jobs.registerWorker(account, worker),

    /** Answers as soon as there is a job, or `[]` when the wait is over. */
    async poll(asked: PollRequest, signal: AbortSignal) {
      const { actionTypeIds, maxBatchSize, waitSeconds, regions } = asked;
      const scopes = regions?.map((region) => ({ account, region })) ?? [scope];
      const request = { types: actionTypeIds, max: Math.min(maxBatchSize, MAX_BATCH) };
      const until = core.ambient.now() + Math.min(waitSeconds, MAX_WAIT_SECONDS) * 1000;
      while (!signal.aborted) {
        const found = await pollEach(core, scopes, request);
        const left = until - core.ambient.now();
        if (found.length > 0 || left <= 0) return found.map(wire);
        await waitForAny(core, scopes, actionTypeIds, { ms: left, signal });
      }
      return [];
    },

    async extendLease(jobId: string) {
      return { leaseSeconds: LEASE_SECONDS, ...(await jobs.extendLease(scope, jobId)) };
    },

    giveUp: (jobId: string, nonce: string) => jobs.giveUp(scope, jobId, nonce),

    park: (jobId: string) => jobs.park(scope, jobId),

    /** Fresh artifact credentials of a job that is still open. */
    async refresh(jobId: string) {
      const { credentials } = await jobs.details(scope, jobId);
      if (credentials === undefined) throw new JobError("AlreadyTerminated", jobId);
      return keysOf(credentials);
    },

    /** Keys for a build's own git: see core/jobs. */
    async cloneCredentials(jobId: string) {
      return keysOf(await jobs.cloneCredentials(scope, jobId));
    },

    progress: (jobId: string, progress: ProgressReport) => jobs.progress(scope, jobId, progress),

    /** Makes the record of the build that this job runs; undefined when there is no such project. */
    async startBuild(jobId: string, nonce: string) {
      const build = await buildOf(core, await jobs.details(scope, jobId), nonce);
      return build === undefined ? undefined : startedBuild(build, settings.allowOutgoing);
    },

    /** Keys of the role that the commands of an open job run as (P10.5). */
    jobRole: (jobId: string) => jobRole(core, account, jobId),

    /** Starts the pipeline that a nested-pipeline job names, once for its action execution (E13.5). */
    startChild: async (jobId: string, request: ChildRequest) =>
      startChild(core, await jobs.details(scope, jobId), request),

    /** How an execution of that pipeline is; undefined when it is there no more. */
    describeChild: async (jobId: string, executionId: string) =>
      describeChild(core, await jobs.details(scope, jobId), executionId),

    /** The value of a secret that a build or the commands of an open job ask for, or why they don't get it (P3.9 to P3.11). */
    async resolveSecret(jobId: string, kind: SecretKind, name: string): Promise<ResolvedSecret> {
      const job = await jobs.details(scope, jobId);
      const reader = readerOf(job);
      if (reader === undefined)
        return { refused: "AccessDeniedException: secrets are given to builds and commands that run only" };
      // As on AWS: of the region where the build is done, be it another than the pipeline's.
      return secrets.resolve({ account, region: job.work.region }, reader, kind, name);
    },

    /** Where the repository of a connection is and what opens it, or why the job doesn't get it (P1.26). */
    connectedRepository: (jobId: string, artifact: string | undefined) =>
      connectedRepository(core, account, jobId, artifact),

    /** The job was refused with the connection's token. */
    doubtConnection: (jobId: string, artifact: string | undefined) =>
      doubtConnection(core, account, jobId, artifact),

    putBuildState: (jobId: string, build: ReportedState) => builds.putState(account, jobId, build),
  };
}
