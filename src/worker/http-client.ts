/**
 * The job protocol over HTTP, for workers on any host (P0.2, P0.5): AWS's own operations where AWS has them, the
 * server's own target for the rest.
 */
import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  CodePipelineServiceException,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from "@aws-sdk/client-codepipeline";
import type { JobRole, StartedBuild } from "./build-protocol.ts";
import {
  type ArtifactCredentials,
  type ChildExecution,
  type ConnectedRepository,
  type Job,
  type JobClient,
  JobRefusedError,
  type JobSuccess,
  type LeaseVerdict,
  type ResolvedSecret,
  type StartedChild,
} from "./protocol.ts";
import { type Connection, signedCalls } from "./signed-call.ts";

export interface HttpJobClient extends JobClient {
  /** Ends the connections. */
  close(): void;
}

/** A server that went away without a word must not hold a poll for ever; an answered one takes 20 s at most. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 40_000, throwOnRequestTimeout: true };

/** Connects when first used; `close` it at the end. */
export function createHttpJobClient(connection: Connection): HttpJobClient {
  const aws = new CodePipelineClient({ ...connection, requestHandler: TIMEOUTS });
  const { operation: call, post } = signedCalls(connection, aws);

  return {
    async register(worker) {
      await call("RegisterWorker", worker);
    },

    async poll(request, signal) {
      const { jobs } = (await call("PollForBuiltInJobs", request, signal)) as { jobs: readonly Job[] };
      return jobs;
    },

    async acknowledge(jobId, nonce) {
      const answer = await asRefusal(aws.send(new AcknowledgeJobCommand({ jobId, nonce })));
      return answer.status ?? "";
    },

    async extendLease(jobId) {
      return (await call("ExtendLease", { jobId })) as LeaseVerdict;
    },

    async refresh(jobId) {
      return (await call("RefreshCredentials", { jobId })) as ArtifactCredentials;
    },

    async cloneCredentials(jobId) {
      return (await call("GetCloneCredentials", { jobId })) as ArtifactCredentials;
    },

    async giveUp(jobId, nonce) {
      await call("GiveUpJob", { jobId, nonce });
    },

    async park(jobId) {
      await call("ParkJob", { jobId });
    },

    async progress(jobId, progress) {
      await call("PutProgress", { jobId, ...progress });
    },

    async succeed(jobId, result) {
      await asRefusal(aws.send(new PutJobSuccessResultCommand(successInput(jobId, result))));
    },

    async fail(jobId, { type, message, externalExecutionId }) {
      const failureDetails = { type, message, externalExecutionId };
      await asRefusal(aws.send(new PutJobFailureResultCommand({ jobId, failureDetails })));
    },

    async appendLog(actionExecutionId, jobId, lines) {
      await post(`/logs/${actionExecutionId}`, { jobId, lines });
    },

    async putBuildState(jobId, build) {
      await call("PutBuildState", { jobId, build });
    },

    async startBuild(jobId, nonce) {
      const { build } = (await call("StartBuild", { jobId, nonce })) as { build?: StartedBuild };
      return build;
    },

    async jobRole(jobId) {
      const { role } = (await call("GetJobRole", { jobId })) as { role: JobRole };
      return role;
    },

    async startChild(jobId, request) {
      return (await call("StartChildPipeline", { jobId, ...request })) as StartedChild;
    },

    async describeChild(jobId, executionId) {
      const { child } = (await call("DescribeChildPipeline", { jobId, executionId })) as {
        child?: ChildExecution;
      };
      return child;
    },

    async resolveSecret(jobId, kind, name) {
      return (await call("ResolveSecret", { jobId, kind, name })) as ResolvedSecret;
    },

    async connectedRepository(jobId, artifact) {
      return (await call("GetConnectedRepository", { jobId, artifact })) as ConnectedRepository;
    },

    async doubtConnection(jobId, artifact) {
      await call("DoubtConnection", { jobId, artifact });
    },

    close: () => aws.destroy(),
  };
}

function successInput(jobId: string, result: JobSuccess) {
  const { summary, externalExecutionId, percentComplete, currentRevision } = result;
  const { outputVariables, continuationToken } = result;
  const hasDetails = [summary, externalExecutionId, percentComplete].some((value) => value !== undefined);
  return {
    jobId,
    continuationToken,
    outputVariables: outputVariables === undefined ? undefined : { ...outputVariables },
    executionDetails: hasDetails ? { summary, externalExecutionId, percentComplete } : undefined,
    currentRevision: currentRevision && {
      revision: currentRevision.revision,
      changeIdentifier: currentRevision.changeIdentifier,
      created: currentRevision.created === undefined ? undefined : new Date(currentRevision.created),
      revisionSummary: currentRevision.revisionSummary,
    },
  };
}

/** A fault of the client's is for good, but for throttling, which the SDK marks as retryable. */
async function asRefusal<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CodePipelineServiceException && error.$fault === "client" && !error.$retryable) {
      throw new JobRefusedError(error.name, error.message);
    }
    throw error;
  }
}
