import { changeActionExecution, takeActionExecution } from "../store/action-history.ts";
import { findJob } from "../store/jobs.ts";
import { changeRuleExecution, takeRuleExecution } from "../store/rule-history.ts";
import { visible } from "./find.ts";
import type { Room } from "./room.ts";
import type { Jobs } from "./types.ts";

/** What a worker says of its work meanwhile: shown in the history row, until the action ends (I25). */
export function progressCommand({ store, ambient }: Room): Jobs["progress"] {
  return (scope, jobId, progress) =>
    store.transaction(async (tx) => {
      const job = visible(await findJob(tx, jobId), scope, jobId);
      // The jobs of rules are of a category of their own (E9.5).
      const rule = job.category === "Rule";
      const recorded = await (rule ? takeRuleExecution : takeActionExecution)(tx, job.action_execution_id);
      if (recorded?.status !== "InProgress" || job.ended !== null) return;
      await (rule ? changeRuleExecution : changeActionExecution)(tx, {
        id: job.action_execution_id,
        status: recorded.status,
        updated: ambient.now(),
        output: JSON.stringify({ ...(JSON.parse(recorded.output) as object), ...progress }),
      });
    });
}
