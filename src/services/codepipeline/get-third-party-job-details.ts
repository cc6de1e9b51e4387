import type {
  GetThirdPartyJobDetailsInput,
  GetThirdPartyJobDetailsOutput,
} from "@aws-sdk/client-codepipeline";
import { onAnything } from "../aws-json/authorization.ts";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { jobData } from "./job-data.ts";
import { workingOn } from "./refusals.ts";
import { isJobOfOtherKind, thirdPartyJobScope } from "./third-party-jobs.ts";

type Input = Checked<GetThirdPartyJobDetailsInput>;

/**
 * What a partner's worker needs of a job: its data with fresh credentials, and the nonce by which it is acknowledged.
 *
 * @throws InvalidJobException, InvalidClientTokenException, JobNotFoundException
 * @see api.md §16
 */
export const getThirdPartyJobDetails = operation<Input, GetThirdPartyJobDetailsOutput>(
  "GetThirdPartyJobDetails",
  {
    authorization: onAnything,

    async handle(input, call) {
      const { jobId } = input;
      if (await isJobOfOtherKind(call, jobId)) {
        throw new AwsError(
          "InvalidJobException",
          `Job with id '${jobId}' is not a job of a third-party action. Use GetJobDetails.`,
        );
      }
      const scope = await thirdPartyJobScope(call, input);
      const job = await workingOn(() => call.core.jobs.details(scope, jobId));
      const { pipelineContext, ...data } = jobData(job);
      // A partner isn't told which account its customer is (§16).
      const { pipelineArn: _, pipelineExecutionId: __, ...context } = pipelineContext ?? {};
      return {
        jobDetails: {
          id: job.id,
          data: { ...data, pipelineContext: context },
          ...(job.nonce !== undefined && { nonce: job.nonce }),
        },
      };
    },
  },
);
