/** Whoever starts, stops, retries, answers, changes pipelines. */
import type { Command } from "../../src/core/engine/index.ts";
import * as ask from "../model/commands.ts";
import type { Model } from "../model/model.ts";
import type { Execution } from "../model/parts.ts";
import { timersOf } from "../model/time.ts";
import type { System } from "../system.ts";
import { command, deliver } from "./deliver.ts";
import { Difference } from "./difference.ts";
import { newPipeline } from "./new-pipeline.ts";
import { pick, type Step } from "./step.ts";
import { Track } from "./track.ts";

const NOBODY = "00000000-0000-4000-8000-000000000000";

function run(system: System, track: Track, step: Step, order: Command, model: () => string | undefined) {
  track.model.clock = system.now;
  return command(
    system,
    step.fault,
    JSON.stringify(order),
    () => system.commands.run(track.scope, track.name, order),
    model,
  );
}

/** By a caller with a token or without, or by a trigger. */
export async function start(system: System, track: Track, step: Step): Promise<void> {
  const { model, scope, name } = track;
  const { how, which } = step;
  const variables: Record<string, string> = {
    ...(which % 3 === 0 && { Env: "prod" }),
    ...(which % 5 > 0 && { Needed: "n" }),
  };
  if (how < 3) {
    const trigger = { type: "PollForSourceChanges", detail: "" };
    const order: Command = { type: "start", trigger, variables, revisions: {}, origin: "trigger" };
    await run(system, track, step, order, () => ask.start(model, "trigger", variables));
    return;
  }
  const token = how < 6 ? undefined : `token-${which % 4}`;
  const request = {
    trigger: { type: "StartPipelineExecution", detail: "me" },
    variables,
    revisions: {},
    ...(token !== undefined && { clientRequestToken: token }),
  };
  model.clock = system.now;
  const seen = token === undefined ? undefined : track.tokens.get(token);
  const answer = await command(
    system,
    step.fault,
    "start",
    () => system.commands.start(scope, name, request),
    () => {
      if (seen !== undefined) return undefined;
      const refused = ask.start(model, "caller", variables);
      if (refused === undefined && token !== undefined) track.tokens.set(token, model.executions.length);
      return refused;
    },
  );
  if (answer !== undefined && seen !== undefined && track.ids.get(seen) !== answer.executionId) {
    throw new Difference(
      "I35: the execution of a token seen before",
      answer.executionId,
      track.ids.get(seen),
    );
  }
}

function chosen(track: Track, { which }: Step): { id: string; execution: Execution | undefined } {
  // Mostly the newest ones: what is long over is refused in one way.
  const all = track.model.executions;
  const some = which % 4 === 0 ? all : all.slice(-6);
  const execution = which % 50 === 49 ? undefined : pick(some, which >> 2);
  return { id: idOf(track, execution), execution };
}

const idOf = ({ ids }: Track, execution: Execution | undefined) =>
  (execution && ids.get(execution.seq)) ?? NOBODY;

function stageName({ model }: Track, { which }: Step): string {
  return which % 40 === 39 ? "Nowhere" : (pick(model.definition.stages, which >> 5)?.name ?? "");
}

/** One that isn't over; first of all one whose function doesn't answer. */
function livePick(model: Model, { which }: Step): Execution | undefined {
  const replies = timersOf(model).filter(({ kind }) => kind === "reply");
  const silent = replies.flatMap((timer) => ("place" in timer ? timer.place.execution : []));
  const live = model.executions.filter((one) => model.isLive(one));
  return pick(silent.length > 0 ? silent : live, which);
}

export async function stop(system: System, track: Track, step: Step): Promise<void> {
  const { model } = track;
  const execution = step.how < 6 ? livePick(model, step) : chosen(track, step).execution;
  const id = idOf(track, execution);
  const abandon = step.how % 2 === 0;
  await run(system, track, step, { type: "stop", executionId: id, abandon }, () =>
    ask.stop(model, execution, abandon),
  );
}

export async function retry(system: System, track: Track, step: Step): Promise<void> {
  const { id, execution } = chosen(track, step);
  const mode = step.how % 2 === 0 ? "FAILED_ACTIONS" : "ALL_ACTIONS";
  const failed = execution?.runs.find(({ status }) => status === "Failed" || status === "Stopped")?.stage;
  const stage = step.how < 6 && failed !== undefined ? failed : stageName(track, step);
  await run(system, track, step, { type: "retryStage", executionId: id, stage, mode }, () =>
    ask.retry(track.model, execution, stage, mode),
  );
}

export async function rollBack(system: System, track: Track, step: Step): Promise<void> {
  const { id, execution } = chosen(track, step);
  const stage = stageName(track, step);
  const order: Command = {
    type: "rollbackStage",
    stage,
    targetId: id,
    trigger: { type: "ManualRollback", detail: "me" },
  };
  await run(system, track, step, order, () => ask.rollBackTo(track.model, stage, execution));
}

export async function override(system: System, track: Track, step: Step): Promise<void> {
  const { id, execution } = chosen(track, step);
  const judged = execution?.runs.findLast(({ conditions }) => conditions.size > 0);
  const stage = step.how < 7 && judged !== undefined ? judged.stage : stageName(track, step);
  const condition = step.how % 2 === 0 ? "BEFORE_ENTRY" : "ON_SUCCESS";
  await run(system, track, step, { type: "overrideCondition", executionId: id, stage, condition }, () =>
    ask.override(track.model, execution, stage, condition),
  );
}

export async function setTransition(system: System, track: Track, step: Step): Promise<void> {
  const stage = stageName(track, step);
  const direction = step.how % 2 === 0 ? "Inbound" : "Outbound";
  const enabled = step.how < 5;
  await run(system, track, step, { type: "setTransition", stage, direction, enabled, by: "me" }, () =>
    ask.setTransition(track.model, stage, direction, enabled),
  );
}

export async function answerApproval(system: System, track: Track, step: Step): Promise<void> {
  const known = [...track.approvals.values()];
  const open = known.filter(({ attempt }) => attempt.status === "InProgress");
  const approval = pick(step.how < 6 && open.length > 0 ? open : known, step.which);
  if (approval === undefined) return;
  const { token, execution, run: where, action, attempt } = approval;
  const approved = step.which % 5 > 0;
  const order: Command = {
    type: "answerApproval",
    stage: where.stage,
    action,
    token,
    executionId: track.ids.get(execution.seq) ?? NOBODY,
    status: approved ? "Approved" : "Rejected",
    summary: "",
    by: "boss",
  };
  await run(system, track, step, order, () =>
    ask.answer(track.model, execution, where, action, attempt, approved),
  );
}

/** Another shape of the pipeline, or the same again: the shapes differ in mode and stages. */
export async function update(system: System, track: Track, step: Step): Promise<void> {
  const shape = pick(track.shapes, step.which);
  if (shape === undefined) return;
  track.model.clock = system.now;
  await command(
    system,
    step.fault,
    "update",
    () => system.commands.updatePipeline(track.scope, track.name, () => newPipeline(shape)),
    () => ask.update(track.model, { ...shape, version: track.model.current + 1 }),
  );
}

/** Deletes a pipeline and makes it again: another life (E11.7). */
export async function deletePipeline(
  system: System,
  tracks: Track[],
  track: Track,
  step: Step,
): Promise<void> {
  const { failed, committed } = await deliver(system, step.fault, () =>
    system.commands.deletePipeline(track.scope, track.name),
  );
  if (failed && committed === 0) return;
  const [first = undefined] = track.shapes;
  if (first === undefined) return;
  await system.commands.createPipeline(track.scope, newPipeline(first), {}, []);
  tracks[tracks.indexOf(track)] = Track.again(track, system.now);
}
