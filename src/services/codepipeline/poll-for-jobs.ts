import type { PollForJobsInput, PollForJobsOutput } from "@aws-sdk/client-codepipeline";
import { findCustomActionType } from "../../core/store/queries/action-types.ts";
import { operation } from "../aws-json/operation.ts";
import { onActionType } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { actionTypeNotFound, validation } from "./errors.ts";
import { jobData } from "./job-data.ts";
import { fromCustom, type KnownActionType, parseCustomType } from "./known-action-types.ts";

type Input = Checked<PollForJobsInput>;

/** Jobs that one poll hands out (api.md §15). */
export const LARGEST_BATCH = 100;

/**
 * Hands out waiting jobs of a custom action type, oldest first. Answers at once.
 *
 * @throws ActionTypeNotFoundException, ValidationException when queryParam isn't what the type asks for
 * @see api.md §15; semantics.md E3.10
 */
export const pollForJobs = operation<Input, PollForJobsOutput>("PollForJobs", {
  authorization: onActionType(({ actionTypeId }) => actionTypeId),

  async handle({ actionTypeId, maxBatchSize = 1, queryParam }, call) {
    if (actionTypeId.owner !== "Custom") throw actionTypeNotFound(actionTypeId);
    const row = await findCustomActionType(call.core.store.read, call.scope, actionTypeId);
    if (row?.deleted !== 0) throw actionTypeNotFound(actionTypeId);
    const query = checkQuery(fromCustom(parseCustomType(row)), queryParam);
    const jobs = await call.core.jobs.poll(call.scope, {
      types: [actionTypeId],
      max: Math.min(maxBatchSize, LARGEST_BATCH),
      ...(query && { query }),
    });
    return {
      jobs: jobs.map((job) => ({
        id: job.id,
        nonce: job.nonce,
        accountId: job.scope.account,
        data: jobData(job),
      })),
    };
  },
});

/** A type with a queryable property is polled with exactly that key, one without is polled without. */
function checkQuery(type: KnownActionType, given: Input["queryParam"]) {
  const key = type.properties.find(({ queryable }) => queryable)?.name;
  const [entry] = Object.entries(given ?? {});
  if (key === undefined && entry === undefined) return undefined;
  if (key === undefined) throw validation("The action type has no queryable property. Leave queryParam out.");
  if (entry?.[0] !== key) {
    throw validation(
      `The action type is polled by its queryable property. Give queryParam the key '${key}'.`,
    );
  }
  return { key, value: entry[1] };
}
