/** Follows one execution to its end: every action's state as it changes and its log lines as they come. */

import { setTimeout as sleep } from "node:timers/promises";
import {
  type ActionExecutionDetail,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import { followLog } from "../log-client.ts";
import type { Target } from "../signed-fetch.ts";
import { type Clients, names } from "./pipeline.ts";
import { duration, type Screen } from "./screen.ts";

const LOOK_EVERY_MS = 200;

export interface Watched {
  readonly status: string;
  readonly actions: readonly ActionExecutionDetail[];
  /** The lines of each action's log, by action execution id. */
  readonly logs: ReadonlyMap<string, readonly { readonly stream: string; readonly text: string }[]>;
}

/** Waits for an execution other than those in `known`, for at most `withinMs`. @throws Error when none starts */
export async function nextExecution(
  { codepipeline }: Clients,
  known: ReadonlySet<string>,
  withinMs: number,
): Promise<string> {
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(LOOK_EVERY_MS)) {
    const { pipelineExecutionSummaries = [] } = await codepipeline.send(
      new ListPipelineExecutionsCommand({ pipelineName: names.pipeline }),
    );
    const fresh = pipelineExecutionSummaries.find(({ pipelineExecutionId: id = "" }) => !known.has(id));
    if (fresh?.pipelineExecutionId !== undefined) return fresh.pipelineExecutionId;
  }
  throw new Error(`the push started no execution within ${duration(withinMs)}`);
}

/** @param approve called once with each approval that opens */
export async function watch(
  target: Target,
  { codepipeline }: Clients,
  executionId: string,
  screen: Screen,
  approve: (approval: ActionExecutionDetail) => Promise<void>,
): Promise<Watched> {
  const seen = new Map<string, string>();
  const logs = new Map<string, { stream: string; text: string }[]>();
  const following: Promise<void>[] = [];
  const over = new AbortController();

  const follow = async (id: string, label: string) => {
    const kept: { stream: string; text: string }[] = [];
    logs.set(id, kept);
    for await (const line of followLog(target, id, over.signal)) {
      kept.push(line);
      screen.log(label, line.text);
    }
  };

  try {
    for (;;) {
      const { pipelineExecution } = await codepipeline.send(
        new GetPipelineExecutionCommand({ pipelineName: names.pipeline, pipelineExecutionId: executionId }),
      );
      const actions = await actionsOf(codepipeline, executionId);
      for (const action of actions) {
        const { actionExecutionId: id = "", status = "" } = action;
        if (seen.get(id) === status) continue;
        const label = `${action.stageName}/${action.actionName}`;
        if (!seen.has(id)) {
          screen.say(`▶ ${label} started`);
          if (action.input?.actionTypeId?.category !== "Approval") following.push(follow(id, label));
        }
        seen.set(id, status);
        if (status === "InProgress" && action.input?.actionTypeId?.category === "Approval")
          await approve(action);
        if (status !== "InProgress") await report(screen, label, action);
      }
      const status = pipelineExecution?.status ?? "";
      if (status !== "InProgress" && status !== "Stopping") {
        await Promise.all(following);
        return { status, actions, logs };
      }
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    over.abort();
  }
}

/** Oldest first. */
async function actionsOf(
  codepipeline: Clients["codepipeline"],
  executionId: string,
): Promise<readonly ActionExecutionDetail[]> {
  const { actionExecutionDetails = [] } = await codepipeline.send(
    new ListActionExecutionsCommand({
      pipelineName: names.pipeline,
      filter: { pipelineExecutionId: executionId },
    }),
  );
  return actionExecutionDetails.toReversed();
}

async function report(screen: Screen, label: string, action: ActionExecutionDetail): Promise<void> {
  const took = duration(Number(action.lastUpdateTime) - Number(action.startTime));
  if (action.status === "Succeeded") return screen.good(`✔ ${label} succeeded in ${took}`);
  const message = action.output?.executionResult?.errorDetails?.message ?? "";
  screen.bad(`✘ ${label} ${action.status?.toLowerCase()} after ${took}${message && `: ${message}`}`);
}
