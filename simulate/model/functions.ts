/** P7.3, P7.4 and E10 told again: jobs that are brought to functions, which answer by themselves. */
import { done, type Refused } from "./commands.ts";
import type { Model } from "./model.ts";
import type { Attempt, Job } from "./parts.ts";

const REPLY_MS = 20 * 60_000;

/** Its worker says that it was brought there: no lease from then on, and so nobody who could be lost (E3.15). */
export function park(model: Model, job: Job): Refused {
  // The function may have been quicker than its worker; and who isn't sure to have been heard says it again.
  if (job.end !== undefined || job.replyBy !== undefined) return undefined;
  if (job.status !== "InProgress") return "NeverHandedOut";
  job.leaseUntil = undefined;
  job.replyBy = model.now + REPLY_MS;
  return done(model);
}

export function missingReply({ configuration: { FunctionName: name } }: Attempt): string {
  return `The AWS Lambda function ${name} failed to return a result. Check the function to verify that it has permission to call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult.`;
}
