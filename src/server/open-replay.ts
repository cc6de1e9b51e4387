/** Replaying what is stored, by an administrator's command. */
import { type Replay, replayPipeline } from "../core/replay/index.ts";
import { pipelineOfExecution } from "../core/store/queries/explain.ts";
import { type Installation, openInstallation } from "./open-installation.ts";

export type { Replay, ReplayedStep, Verdict } from "../core/replay/index.ts";

export interface ReplayedExecution extends Replay {
  readonly pipeline: string;
}

/** @returns undefined when there is no such execution @throws as openInstallation */
export async function replayExecution(
  installation: Installation,
  executionId: string,
): Promise<ReplayedExecution | undefined> {
  const { store } = await openInstallation(installation);
  try {
    const pipeline = await pipelineOfExecution(store.read, executionId);
    if (pipeline === undefined) return undefined;
    return { pipeline: pipeline.name, ...(await replayPipeline(store, pipeline.id, executionId)) };
  } finally {
    await store.close();
  }
}
