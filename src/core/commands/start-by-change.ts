import type { SourceRevision, Trigger } from "../engine/index.ts";
import type { Tx } from "../store/store.ts";
import { type Commands, PipelineMissingError, RefusedError } from "./types.ts";

/** A start that a change in a source makes. */
export interface ChangeStart {
  readonly pipelineId: string;
  readonly trigger: Trigger;
  /** By source action name. */
  readonly revisions: Readonly<Record<string, SourceRevision>>;
}

/**
 * Starts each in the transaction that records the change: there is never one without the other.
 *
 * @returns the executions' ids
 */
export async function startByChange(
  tx: Tx,
  commands: Pick<Commands, "runIn">,
  starts: readonly ChangeStart[],
): Promise<string[]> {
  const started: string[] = [];
  for (const { pipelineId, trigger, revisions } of starts) {
    try {
      const { executionId } = await commands.runIn(tx, pipelineId, {
        type: "start",
        origin: "trigger",
        trigger,
        variables: {},
        revisions,
      });
      if (executionId !== undefined) started.push(executionId);
    } catch (error) {
      // One pipeline that can't be started keeps neither the change from being recorded nor the others from starting.
      if (!(error instanceof RefusedError || error instanceof PipelineMissingError)) throw error;
    }
  }
  return started;
}
