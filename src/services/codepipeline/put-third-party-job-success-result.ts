import type { PutThirdPartyJobSuccessResultInput } from "@aws-sdk/client-codepipeline";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { successReport } from "./put-job-success-result.ts";
import { workingOn } from "./refusals.ts";
import { thirdPartyJobScope } from "./third-party-jobs.ts";

/**
 * Ends a partner's job with success: its action has succeeded, or, with a continuation token, goes on with a new job.
 *
 * @throws InvalidClientTokenException, JobNotFoundException, InvalidJobStateException
 * @see api.md §16; semantics.md E3.11 to E3.14
 */
export const putThirdPartyJobSuccessResult = operation<Checked<PutThirdPartyJobSuccessResultInput>, void>(
  "PutThirdPartyJobSuccessResult",
  {
    authorization: onAnything,

    async handle(input, call) {
      const scope = await thirdPartyJobScope(call, input);
      const success = await successReport(input, call);
      await workingOn(() => call.core.jobs.succeed(scope, input.jobId, success));
    },
  },
);
