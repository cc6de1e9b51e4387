import type {
  AcknowledgeThirdPartyJobInput,
  AcknowledgeThirdPartyJobOutput,
} from "@aws-sdk/client-codepipeline";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import { shownStatus } from "./acknowledge-job.ts";
import type { Checked } from "./checked.ts";
import { workingOn } from "./refusals.ts";
import { thirdPartyJobScope } from "./third-party-jobs.ts";

type Input = Checked<AcknowledgeThirdPartyJobInput>;

/**
 * Takes a job with the nonce that GetThirdPartyJobDetails answered.
 *
 * @throws InvalidNonceException, InvalidClientTokenException, JobNotFoundException
 * @see api.md §16
 */
export const acknowledgeThirdPartyJob = operation<Input, AcknowledgeThirdPartyJobOutput>(
  "AcknowledgeThirdPartyJob",
  {
    authorization: onAnything,

    async handle(input, call) {
      const { jobId, nonce } = input;
      const scope = await thirdPartyJobScope(call, input);
      const status = await workingOn(() => call.core.jobs.acknowledge(scope, jobId, nonce));
      return { status: shownStatus(status) };
    },
  },
);
