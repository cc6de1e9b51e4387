import type { GetJobDetailsInput, GetJobDetailsOutput } from "@aws-sdk/client-codepipeline";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { jobScope } from "./job-access.ts";
import { jobData } from "./job-data.ts";
import { workingOn } from "./refusals.ts";

/**
 * A job's data with fresh artifact credentials, for as long as it is worked on.
 *
 * @throws JobNotFoundException
 * @see api.md §15
 */
export const getJobDetails = operation<Checked<GetJobDetailsInput>, GetJobDetailsOutput>("GetJobDetails", {
  authorization: onAnything,

  async handle({ jobId }, call) {
    const scope = await jobScope(call);
    const job = await workingOn(() => call.core.jobs.details(scope, jobId));
    return { jobDetails: { id: job.id, accountId: job.scope.account, data: jobData(job) } };
  },
});
