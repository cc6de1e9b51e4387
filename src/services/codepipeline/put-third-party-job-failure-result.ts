import type { PutThirdPartyJobFailureResultInput } from "@aws-sdk/client-codepipeline";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { workingOn } from "./refusals.ts";
import { thirdPartyJobScope } from "./third-party-jobs.ts";

/**
 * Ends a partner's job with failure: its action has failed.
 *
 * @throws InvalidClientTokenException, JobNotFoundException, InvalidJobStateException
 * @see api.md §16; semantics.md E3.11, E3.14
 */
export const putThirdPartyJobFailureResult = operation<Checked<PutThirdPartyJobFailureResultInput>, void>(
  "PutThirdPartyJobFailureResult",
  {
    authorization: onAnything,

    async handle(input, call) {
      const scope = await thirdPartyJobScope(call, input);
      await workingOn(() => call.core.jobs.fail(scope, input.jobId, input.failureDetails));
    },
  },
);
