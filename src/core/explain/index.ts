/** Why it isn't moving. */
import type { Ambient } from "../scope.ts";
import { findExecution } from "../store/queries/executions.ts";
import { pipelineById, pipelineOfExecution } from "../store/queries/explain.ts";
import { findPipeline } from "../store/queries/pipelines.ts";
import type { Store } from "../store/store.ts";
import { explainExecution, explainPipeline } from "./explain.ts";
import { loadFacts } from "./load.ts";
import type { Explain } from "./types.ts";

export type { ExecutionExplanation, Explain, Explanation, Reason, ReasonCode } from "./types.ts";

export interface ExplainOptions {
  readonly store: Store;
  readonly ambient: Pick<Ambient, "now">;
  /** Of one pipeline in QUEUED or PARALLEL mode (E2.12). */
  readonly maxConcurrentExecutions: number;
}

export function createExplain({ store, ambient, maxConcurrentExecutions: limit }: ExplainOptions): Explain {
  return {
    async pipeline(scope, name) {
      const pipeline = await findPipeline(store.read, scope, name);
      return (
        pipeline && explainPipeline(await loadFacts(store.read, { pipeline, now: ambient.now(), limit }))
      );
    },

    async execution(pipelineId, executionId) {
      const pipeline = await pipelineById(store.read, pipelineId);
      if (pipeline === undefined || !(await findExecution(store.read, pipelineId, executionId)))
        return undefined;
      const facts = await loadFacts(store.read, { pipeline, executionId, now: ambient.now(), limit });
      return explainExecution(facts, executionId);
    },

    async ownerOf(account, executionId) {
      const owner = await pipelineOfExecution(store.read, executionId);
      if (owner?.account !== account) return undefined;
      return { account, region: owner.region, pipelineId: owner.id, pipelineName: owner.name };
    },
  };
}
