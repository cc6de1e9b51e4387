import type { PutJobSuccessResultInput } from "@aws-sdk/client-codepipeline";
import type { JobWork } from "../../core/engine/index.ts";
import type { SuccessReport } from "../../core/jobs/types.ts";
import { link } from "../../core/links.ts";
import { findJob } from "../../core/store/jobs.ts";
import { onAnything } from "../aws-json/authorization.ts";
import { type Call, operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { validation } from "./errors.ts";
import { resultScope } from "./job-access.ts";
import { knownActionTypes } from "./known-action-types.ts";
import { workingOn } from "./refusals.ts";

type Input = Checked<PutJobSuccessResultInput>;
/** Of partners' jobs too, which have no output variables. */
type SuccessInput = Omit<Input, "outputVariables"> & Pick<Partial<Input>, "outputVariables">;

/**
 * Ends a job with success: its action has succeeded, or, with a continuation token, goes on with a new job.
 *
 * @throws JobNotFoundException, InvalidJobStateException, OutputVariablesSizeExceededException, ValidationException
 * @see api.md §15; semantics.md E3.11 to E3.14
 */
export const putJobSuccessResult = operation<Input, void>("PutJobSuccessResult", {
  authorization: onAnything,

  async handle(input, call) {
    const { jobId, continuationToken, outputVariables = {} } = input;
    if (continuationToken !== undefined && Object.keys(outputVariables).length > 0) {
      throw validation("A job can not contain both a continuation token and output variables.");
    }
    const scope = await resultScope(call);
    const success = await successReport(input, call);
    await workingOn(() => call.core.jobs.succeed(scope, jobId, success));
  },
});

/** What a worker says of its success, with the page of the revision that it delivered. */
export async function successReport(
  { jobId, executionDetails, currentRevision, continuationToken, outputVariables }: SuccessInput,
  call: Call,
): Promise<SuccessReport> {
  const revision = currentRevision && revisionOf(currentRevision);
  const revisionUrl = revision && (await revisionPage(call, jobId, revision.revision));
  return {
    ...executionDetails,
    ...(revision && { currentRevision: { ...revision, ...(revisionUrl && { revisionUrl }) } }),
    ...(continuationToken !== undefined && { continuationToken }),
    ...(outputVariables && { outputVariables }),
  };
}

function revisionOf({ created, ...revision }: NonNullable<Input["currentRevision"]>) {
  return { ...revision, ...(created && { created: created.getTime() }) };
}

/** Workers name the revision only; where it is looked at, its type knows (§11, revisionUrl). */
async function revisionPage(call: Call, jobId: string, revisionId: string): Promise<string | undefined> {
  const job = await findJob(call.core.store.read, jobId);
  if (job === undefined) return undefined;
  const types = await knownActionTypes(call, "with deleted");
  const template = types.find(job)?.urls.revisionUrlTemplate;
  if (template === undefined) return undefined;
  const { resolvedConfiguration: configuration } = JSON.parse(job.work) as JobWork;
  return link(template, { configuration, revisionId });
}
