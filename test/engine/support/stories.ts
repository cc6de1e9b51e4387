/** Random happenings, for properties. A step is plain numbers, so that failures shrink. */
import fc from "fast-check";
import type { Command } from "../../../src/core/engine/index.ts";
import { copied, type Driver, notCopied, reportOf } from "./driver.ts";
import { DAY, type KeptJob, MINUTE } from "./pipeline.ts";
import { MODES } from "./plans.ts";

export interface Step {
  readonly what: number;
  readonly which: number;
  readonly how: number;
}

export const steps = fc.array(fc.record({ what: fc.nat(133), which: fc.nat(), how: fc.nat(7) }), {
  minLength: 1,
  maxLength: 80,
  // Most interesting stories are long ones.
  size: "max",
});

/** Does what the step says, mostly where it can be done; refusals are as good as done. */
export function take(p: Driver, step: Step): void {
  const { what, which, how } = step;
  if (what < 10) p.decide(starting(how));
  else if (what < 50) report(p, step);
  else if (what < 60) passAll(p, step);
  else if (what < 66) answerSome(p, which, how);
  else if (what < 69)
    p.decide({ type: "stop", executionId: pick(p.ids, which) ?? "nobody", abandon: how < 4 });
  else if (what < 80) retry(p, step);
  else if (what < 87) setTransition(p, step);
  else if (what < 92) {
    p.now += [MINUTE, 5 * MINUTE, 11 * MINUTE, 61 * MINUTE, DAY, 31 * DAY, -MINUTE, 0][how]!;
    p.fireDue();
  } else if (what < 94) {
    // Now and then without a stage, which the next update brings back (E11.6).
    const later = p.definitions.get(1)!.stages.slice(1);
    p.renew(MODES[how % MODES.length]!, how < 4 ? pick(later, which)?.name : undefined);
  } else if (what < 106) rollBack(p, step);
  else if (what < 120) override(p, step);
  else if (what < 128) endCopy(p, step);
  else park(p, step);
}

function pick<T>(list: readonly T[], which: number): T | undefined {
  return list.length === 0 ? undefined : list[which % list.length];
}

/** A stage of an execution whose run is as asked; now and then any. */
function pickRun(p: Driver, { which, how }: Step, statuses: RegExp): { executionId: string; stage: string } {
  const runs = [...p.executions.values()].flatMap(({ id, runs }) =>
    Object.entries(runs).flatMap(([stage, { status }]) =>
      statuses.test(status) ? [{ executionId: id, stage }] : [],
    ),
  );
  const any = {
    executionId: pick(p.ids, which) ?? "nobody",
    stage: pick(Object.keys(p.state.stages), which) ?? "S",
  };
  return how === 7 ? any : (pick(runs, which) ?? any);
}

function starting(how: number): Command {
  const trigger = { type: "StartPipelineExecution", detail: "me" };
  return {
    type: "start",
    trigger,
    variables: {},
    revisions: {},
    origin: how % 2 === 0 ? "caller" : "trigger",
  };
}

/** An old job now and then: its report must change nothing. */
function report(p: Driver, { which, how }: Step): void {
  const jobs = [...p.jobs.values()].filter(({ state }) => how === 7 || state === "open");
  const job = pick(jobs, which);
  if (job !== undefined) p.decide(reporting(job, how));
}

function reporting(job: KeptJob, how: number): Command {
  const report = reportOf(job);
  const value = `v-${job.id}`;
  switch (how) {
    case 0:
      return { type: "jobFailed", ...report, error: { code: "JobFailed", message: "no" } };
    case 1:
      return { type: "jobContinued", ...report, details: {}, continuationToken: "t", delay: 0 };
    case 2:
      return { type: "jobContinued", ...report, details: {}, continuationToken: "t", delay: 5 * MINUTE };
    case 3:
      return { type: "jobLost", ...report };
    default:
      // Now and then the variable that others ask for is missing (E4.8).
      return { type: "jobSucceeded", ...report, details: {}, variables: how === 4 ? {} : { value } };
  }
}

/** That a job was brought to its function: again, too, and of one that has ended or is a rule's. */
function park(p: Driver, { which, how }: Step): void {
  const job = pick(
    [...p.jobs.values()].filter(({ state }) => how === 7 || state === "open"),
    which,
  );
  if (job === undefined) return;
  p.decide({ type: "jobParked", ...reportOf(job), replyWithin: 20 * MINUTE, message: "no answer" });
}

/** One that nobody waits for any more now and then: that must change nothing. */
function endCopy(p: Driver, { which, how }: Step): void {
  const asked = [...(how === 7 ? p.everCopied : p.copies).values()];
  const copy = pick(asked, which);
  if (copy !== undefined) p.decide(how === 0 ? notCopied(copy) : copied(copy));
}

/** All that is open now succeeds, or all but one: so stories come far. */
function passAll(p: Driver, { which, how }: Step): void {
  for (const copy of [...p.copies.values()]) p.decide(copied(copy));
  const open = [...p.jobs.values()].filter(({ state }) => state === "open");
  const fails = how < 4 ? pick(open, which) : undefined;
  for (const { id } of open) {
    const job = p.jobs.get(id)!;
    // One that went before may have ended it.
    if (job.state === "open") p.decide(reporting(job, job.id === fails?.id ? 0 : 5));
  }
  for (const { type, end, stage, action, actionExecutionId: token, executionId } of [...p.history.values()]) {
    if (type.category !== "Approval" || end?.status !== undefined) continue;
    const summary = "";
    p.decide({
      type: "answerApproval",
      stage,
      action,
      token,
      executionId,
      status: "Approved",
      summary,
      by: "boss",
    });
  }
}

function answerSome(p: Driver, which: number, how: number): void {
  const asked = pick(
    [...p.history.values()].filter(({ type }) => type.category === "Approval"),
    which,
  );
  if (asked === undefined) return;
  const { stage, action, actionExecutionId: token, executionId } = asked;
  const status = how < 4 ? "Approved" : "Rejected";
  p.decide({ type: "answerApproval", stage, action, token, executionId, status, summary: "", by: "boss" });
}

function retry(p: Driver, step: Step): void {
  const mode = step.how % 2 === 0 ? "FAILED_ACTIONS" : "ALL_ACTIONS";
  p.decide({ type: "retryStage", ...pickRun(p, step, /Failed|Stopped|InProgress/), mode });
}

function setTransition(p: Driver, { which, how }: Step): void {
  const stage = pick(Object.keys(p.state.stages), which) ?? "S";
  const direction = how % 2 === 0 ? "Inbound" : "Outbound";
  p.decide({ type: "setTransition", stage, direction, enabled: how < 5, by: "me" });
}

function rollBack(p: Driver, step: Step): void {
  const { executionId: targetId, stage } = pickRun(p, step, /Succeeded/);
  const trigger = { type: "ManualRollback", detail: "{}" };
  p.decide({ type: "rollbackStage", stage, targetId, trigger });
}

function override(p: Driver, step: Step): void {
  const kinds = ["BEFORE_ENTRY", "ON_SUCCESS"] as const;
  const open = [...p.executions.values()].flatMap(({ id, runs }) =>
    Object.entries(runs).flatMap(([stage, { conditions }]) =>
      kinds.flatMap((condition) =>
        conditions?.[condition] !== undefined ? [{ executionId: id, stage, condition }] : [],
      ),
    ),
  );
  const any = { ...pickRun(p, step, /Failed|InProgress/), condition: kinds[step.which % 2]! };
  p.decide({ type: "overrideCondition", ...(pick(open.reverse(), step.which % 4) ?? any) });
}
