import { answerApproval } from "./approvals.ts";
import type { Answer, Command, Decision, Env, Refusal, World } from "./command.ts";
import { copyReported } from "./copies.ts";
import { Draft } from "./draft.ts";
import { jobReported } from "./jobs.ts";
import { settle } from "./line.ts";
import { overrideCondition } from "./override.ts";
import { parkJob } from "./park.ts";
import { retryStage } from "./retry.ts";
import { rollbackStage } from "./rollback.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";
import { timerFired } from "./timers.ts";
import { setTransition } from "./transitions.ts";
import { remove, update } from "./update.ts";

/**
 * What a command does to a pipeline: its new state and the effects to write with it, or why it changes nothing. Pure:
 * the same world, command and environment give the same decision, and the world is never touched (I36, I37).
 */
export function decide(world: World, command: Command, env: Env): Decision {
  const draft = new Draft(world, { ...env, now: Math.max(env.now, world.pipeline.latestTime) });
  const outcome = apply(draft, command);
  if ("code" in outcome) return { kind: "refused", refusal: outcome };
  if (command.type !== "delete") settle(draft);
  const executions = draft.changed();
  const changed = executions.length > 0 || draft.effects.length > 0 || draft.pipeline !== world.pipeline;
  if (changed) draft.pipeline = { ...draft.pipeline, latestTime: draft.env.now };
  return {
    kind: "done",
    pipeline: draft.pipeline,
    executions,
    effects: draft.effects,
    answer: outcome,
  };
}

function apply(draft: Draft, command: Command): Answer | Refusal {
  switch (command.type) {
    case "start":
      return start(draft, command);
    case "stop":
      return stop(draft, command);
    case "retryStage":
      return retryStage(draft, command);
    case "rollbackStage":
      return rollbackStage(draft, command);
    case "overrideCondition":
      return overrideCondition(draft, command);
    case "setTransition":
      return setTransition(draft, command);
    case "answerApproval":
      return answerApproval(draft, command);
    case "jobSucceeded":
    case "jobContinued":
    case "jobFailed":
    case "jobLost":
      return jobReported(draft, command);
    case "jobParked":
      return parkJob(draft, command);
    case "copyDone":
    case "copyFailed":
      return copyReported(draft, command);
    case "timerFired":
      return timerFired(draft, command.timer);
    case "update":
      return update(draft, command.version);
    case "delete":
      return remove(draft);
  }
}
