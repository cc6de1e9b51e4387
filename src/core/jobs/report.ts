/** Results of jobs: what counts, and what is answered to those that come after the end (E3.11 to E3.14). */
import { hash } from "node:crypto";
import type { Command, JobReport } from "../engine/index.ts";
import { endJob, type HeldJob, takeJobAndPipeline } from "../store/jobs.ts";
import { inTurn, soon } from "../store/soon.ts";
import type { Soon, Tx } from "../store/store.ts";
import { CONTINUATION_MS } from "./durations.ts";
import { visible } from "./find.ts";
import { keepRevision } from "./keep-revision.ts";
import type { Room } from "./room.ts";
import {
  type FailureReport,
  JobError,
  type JobScope,
  type JobStatus,
  type Jobs,
  type SuccessReport,
} from "./types.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** Keys and values together, of one action (E4.10). */
const MAX_VARIABLES_BYTES = 122_880;

export function succeedCommand(room: Room): Jobs["succeed"] {
  return async (scope, jobId, report) => {
    await keepRevision(room, scope, jobId, report);
    return settle(room, scope, jobId, "Succeeded", report, (job, tx) => {
      if (variablesSize(report) > MAX_VARIABLES_BYTES) {
        throw new JobError("OutputVariablesSizeExceeded", jobId);
      }
      return soon(withoutSecrets(room, tx, job, report.summary), (summary) =>
        successCommand(room, job, { ...report, ...(summary !== undefined && { summary }) }),
      );
    });
  };
}

export function failCommand(room: Room): Jobs["fail"] {
  return (scope, jobId, failure) =>
    settle(room, scope, jobId, "Failed", failure, (job, tx) =>
      soon(withoutSecrets(room, tx, job, failure.message), (message) =>
        failureCommand(job, { ...failure, message }),
      ),
    );
}

export function failWaitingCommand({ ambient, commands }: Room): Jobs["failWaiting"] {
  return async (tx, jobId, failure) => {
    const { pipeline, job } = await takeJobAndPipeline(tx, jobId);
    const waits = job?.status === "Created" || job?.status === "Queued";
    if (pipeline === undefined || job === undefined || !waits) return false;
    await endJob(tx, { id: jobId, status: "Failed", result: null, ended: ambient.now() });
    await commands.runOn(tx, pipeline, failureCommand(job, failure));
    return true;
  };
}

function failureCommand(job: HeldJob, { type: code, message, externalExecutionId }: FailureReport): Command {
  return {
    type: "jobFailed",
    ...reportOf(job),
    error: { code, message },
    ...(externalExecutionId !== undefined && { externalExecutionId }),
  };
}

/** All that follows from a result happens in its own transaction (E3.13). */
function settle(
  { store, ambient, commands }: Room,
  scope: JobScope,
  jobId: string,
  status: "Succeeded" | "Failed",
  report: object,
  toCommand: (job: HeldJob, tx: Tx) => Soon<Command>,
): Promise<void> {
  return store.transaction((tx) =>
    soon(takeJobAndPipeline(tx, jobId), ({ job: taken, pipeline }) => {
      const job = visible(taken, scope, jobId);
      const result = digest(report);
      if (job.ended !== null) return answerLate(job, status, result);
      if (job.handed_out === 0) throw new JobError("NeverHandedOut", jobId);
      if (pipeline === undefined) throw new Error(`job ${jobId} is open, but its pipeline is gone`);
      return soon(toCommand(job, tx), (command) =>
        inTurn(
          () => endJob(tx, { id: jobId, status, result, ended: ambient.now() }),
          () => commands.runOn(tx, pipeline, command),
        ),
      );
    }),
  );
}

/** E3.14. @throws JobError unless the answer is 200 without effect */
function answerLate(job: HeldJob, reported: "Succeeded" | "Failed", result: string): void {
  const status = job.status as JobStatus;
  switch (status) {
    case "Closed":
      return;
    case "Succeeded":
    case "Failed":
      if (status !== reported) throw new JobError("AlreadyTerminated", job.id);
      if (job.result !== result) throw new JobError("OtherResult", job.id);
      return;
    case "TimedOut":
      throw new JobError("AlreadyTerminated", job.id);
    case "Created":
    case "Queued":
    case "Dispatched":
    case "InProgress":
      throw new Error(`job ${job.id} has ended but is ${status}`);
  }
}

function successCommand(room: Room, job: HeldJob, report: SuccessReport): Command {
  const { summary, externalExecutionId, percentComplete, currentRevision: revision } = report;
  const common = {
    ...reportOf(job),
    details: {
      ...(summary !== undefined && { summary }),
      ...(externalExecutionId !== undefined && { externalExecutionId }),
      ...(percentComplete !== undefined && { percentComplete }),
    },
    ...(revision !== undefined && { revision }),
  };
  const { continuationToken, delay, outputVariables: variables = {} } = report;
  return continuationToken === undefined
    ? { type: "jobSucceeded", ...common, variables }
    : { type: "jobContinued", ...common, continuationToken, delay: delay ?? delayOf(room, job) };
}

/** A built-in provider goes on after a while (P0.4, of functions P7.5), anybody else's job worker at once (E3.12). */
function delayOf({ catalogue }: Room, job: HeldJob): number {
  if (job.owner !== "AWS") return 0;
  const { "lambda.continueAfter": seconds } = catalogue.settingsFor(job, {});
  return seconds === undefined ? CONTINUATION_MS : 1_000 * Number(seconds);
}

export function reportOf(job: HeldJob): JobReport {
  return {
    executionId: job.execution_id,
    stage: job.stage,
    action: job.action,
    actionExecutionId: job.action_execution_id,
    jobId: job.id,
  };
}

function variablesSize({ outputVariables = {} }: SuccessReport): number {
  return Object.entries(outputVariables).reduce(
    (size, [key, value]) => size + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
}

/** Of a report, whatever the order of its members. */
function digest(report: object): string {
  return hash("sha256", ordered(report), "base64url");
}

/** As JSON with its members by name, at every depth; reports hold no lists. */
function ordered(report: object): string {
  const members: string[] = [];
  for (const name of Object.keys(report).sort()) {
    const value = (report as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) continue;
    const text = typeof value === "object" && value !== null ? ordered(value) : JSON.stringify(value);
    members.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${members.join(",")}}`;
}
