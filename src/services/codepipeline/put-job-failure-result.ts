import type { PutJobFailureResultInput } from "@aws-sdk/client-codepipeline";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { resultScope } from "./job-access.ts";
import { workingOn } from "./refusals.ts";

/**
 * Ends a job with failure: its action has failed.
 *
 * @throws JobNotFoundException, InvalidJobStateException
 * @see api.md §15; semantics.md E3.11, E3.14
 */
export const putJobFailureResult = operation<Checked<PutJobFailureResultInput>, void>("PutJobFailureResult", {
  authorization: onAnything,

  async handle({ jobId, failureDetails }, call) {
    const scope = await resultScope(call);
    await workingOn(() => call.core.jobs.fail(scope, jobId, failureDetails));
  },
});
