/** Whose third-party job a partner may work on (api.md §16). */
import type { JobScope } from "../../core/jobs/types.ts";
import { isClientToken, mayPoll } from "../../core/partners.ts";
import { findJob } from "../../core/store/jobs.ts";
import { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import { jobNotFound } from "./errors.ts";

interface Claim {
  readonly jobId: string;
  readonly clientToken: string;
}

/**
 * The customer's scope, where the job is: it must be a job of the call's region, of a type that the caller polls for,
 * and the token the one that the partner was given for that customer. Nothing tells whether any other id exists.
 *
 * @throws JobNotFoundException, InvalidClientTokenException
 */
export async function thirdPartyJobScope(call: Call, { jobId, clientToken }: Claim): Promise<JobScope> {
  const { core, caller, scope } = call;
  const job = await findJob(core.store.read, jobId);
  if (job === undefined || job.region !== scope.region) throw jobNotFound(jobId);
  const partner = await core.catalogue.partners.find(core.store.read, job);
  if (partner === undefined || !mayPoll(partner, caller.account)) throw jobNotFound(jobId);
  if (!isClientToken(partner, job.account, clientToken)) {
    throw new AwsError(
      "InvalidClientTokenException",
      `The client token given for job '${jobId}' is not the one of the job's client.`,
    );
  }
  return { account: job.account, region: job.region };
}

/** Whether the caller's account has a job of that id which is no third-party job. */
export async function isJobOfOtherKind({ core, scope }: Call, jobId: string): Promise<boolean> {
  const job = await findJob(core.store.read, jobId);
  if (job?.account !== scope.account || job.region !== scope.region) return false;
  return !core.catalogue.partners.has(job);
}
