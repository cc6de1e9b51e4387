import type { AcknowledgeJobInput, AcknowledgeJobOutput, JobStatus } from "@aws-sdk/client-codepipeline";
import type { JobStatus as KeptStatus } from "../../core/jobs/types.ts";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { jobScope } from "./job-access.ts";
import { workingOn } from "./refusals.ts";

/**
 * Takes a job that was handed out with this nonce. `InProgress` means it is the caller's; anything else means leave it.
 *
 * @throws InvalidNonceException, JobNotFoundException
 * @see api.md §15; semantics.md E3.10
 */
export const acknowledgeJob = operation<Checked<AcknowledgeJobInput>, AcknowledgeJobOutput>(
  "AcknowledgeJob",
  {
    authorization: onAnything,

    async handle({ jobId, nonce }, call) {
      const scope = await jobScope(call);
      const status = await workingOn(() => call.core.jobs.acknowledge(scope, jobId, nonce));
      return { status: shownStatus(status) };
    },
  },
);

/** AWS has no word for a job whose action was abandoned, cut or deleted; to a worker it is over and done for. */
export function shownStatus(status: KeptStatus): JobStatus {
  return status === "Closed" ? "Failed" : status;
}
