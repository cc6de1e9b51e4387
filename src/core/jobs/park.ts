import type { JobWork } from "../engine/index.ts";
import { freeFromLease } from "../store/job-queue.ts";
import { takeJobAndPipeline } from "../store/jobs.ts";
import { FUNCTION_REPLY_MS } from "./durations.ts";
import { visible } from "./find.ts";
import { reportOf } from "./report.ts";
import type { Room } from "./room.ts";
import { JobError, type Jobs } from "./types.ts";

/** The job's function answers by itself, within 20 minutes: no worker is waited for any more (providers.md P7.3, E10). */
export function parkCommand({ store, commands, catalogue }: Room): Jobs["park"] {
  return (scope, jobId) =>
    store.transaction(async (tx) => {
      const taken = await takeJobAndPipeline(tx, jobId);
      const job = visible(taken.job, scope, jobId);
      if (catalogue.find(job)?.byFunction !== "parked") throw new JobError("JobNotFound", jobId);
      // It may have answered before its worker comes to say so.
      if (job.ended !== null || taken.pipeline === undefined) return;
      if (job.status !== "InProgress") throw new JobError("NeverHandedOut", jobId);
      const work = await freeFromLease(tx, jobId);
      // A call that is repeated, as its answer was lost.
      if (work === undefined) return;
      await commands.runOn(tx, taken.pipeline, {
        type: "jobParked",
        ...reportOf(job),
        replyWithin: FUNCTION_REPLY_MS,
        message: missingReply(JSON.parse(work) as JobWork),
      });
    });
}

/** P7.4 */
function missingReply({ resolvedConfiguration: { FunctionName = "" } }: JobWork): string {
  return `The AWS Lambda function ${FunctionName} failed to return a result. Check the function to verify that it has permission to call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult.`;
}
