/** A command, and what it changed of an execution, in words. */
import type { Command, ExecutionState, StageRun } from "../engine/index.ts";

export function describeCommand(command: Command): string {
  switch (command.type) {
    case "start":
      return `start by ${command.trigger.type} (${command.trigger.detail})`;
    case "stop":
      return `stop${command.abandon ? " and abandon" : ""}${command.reason ? `: "${command.reason}"` : ""}`;
    case "retryStage":
      return `retry of stage '${command.stage}', ${command.mode}`;
    case "rollbackStage":
      return `rollback of stage '${command.stage}' to ${command.targetId}`;
    case "overrideCondition":
      return `override of a condition of stage '${command.stage}'`;
    case "setTransition":
      return `transition ${command.direction === "Inbound" ? "into" : "out of"} stage '${command.stage}' ${command.enabled ? "enabled" : "disabled"} by ${command.by}`;
    case "answerApproval":
      return `${command.status} by ${command.by}, action '${command.action}' of stage '${command.stage}'`;
    case "jobSucceeded":
    case "jobContinued":
    case "jobFailed":
    case "jobLost":
      return `${JOB_WORDS[command.type]} '${command.action}' of stage '${command.stage}'${command.type === "jobFailed" ? `: ${command.error.code}: ${command.error.message}` : ""}`;
    case "jobParked":
      return `job of '${command.action}' of stage '${command.stage}' brought to its function`;
    case "copyDone":
      return `an input of '${command.action}' of stage '${command.stage}' copied to its region`;
    case "copyFailed":
      return `an input of '${command.action}' of stage '${command.stage}' not copied: ${command.message}`;
    case "timerFired":
      return `timer ${command.timer.kind} of stage '${command.timer.stage}'`;
    case "update":
      return `update of the pipeline to version ${command.version}`;
    case "delete":
      return "deletion of the pipeline";
  }
}

const JOB_WORDS = {
  jobSucceeded: "success of",
  jobContinued: "continuation of",
  jobFailed: "failure of",
  jobLost: "lost worker of",
} as const;

/** @param before undefined for an execution that was made */
export function describeChange(before: ExecutionState | undefined, after: ExecutionState): string[] {
  const stages = new Set([...Object.keys(before?.runs ?? {}), ...Object.keys(after.runs)]);
  return [
    ...(before === undefined ? [`created as number ${after.seq}, version ${after.version}`] : []),
    ...(before !== undefined && before.status !== after.status
      ? [`execution ${before.status} → ${after.status}`]
      : []),
    ...(before === undefined || before.attempt === after.attempt ? [] : [`attempt ${after.attempt}`]),
    ...(after.waitingBefore !== undefined && before?.waitingBefore?.stage !== after.waitingBefore.stage
      ? [`waits before stage '${after.waitingBefore.stage}'`]
      : []),
    ...[...stages].flatMap((stage) => describeRun(stage, before?.runs[stage], after.runs[stage])),
  ];
}

function describeRun(stage: string, before: StageRun | undefined, after: StageRun | undefined): string[] {
  if (after === undefined) return [];
  const names = Object.keys(after.actions);
  return [
    ...(before === undefined ? [`entered stage '${stage}'`] : []),
    ...names.flatMap((name) => {
      const [was, is] = [before?.actions[name], after.actions[name]];
      if (is === undefined || (was?.id === is.id && was.status === is.status)) return [];
      const started = was?.id === is.id ? `${was.status} → ` : `started as ${is.id}`;
      const ended = is.status === "InProgress" && was?.id !== is.id ? "" : is.status;
      return [`action '${name}' ${[started, ended].filter(Boolean).join(was?.id === is.id ? "" : ", ")}`];
    }),
    ...Object.entries(after.conditions ?? {}).flatMap(([kind, { status }]) =>
      before?.conditions?.[kind as keyof typeof before.conditions]?.status === status
        ? []
        : [`condition ${kind} of stage '${stage}' ${status}`],
    ),
    ...(after.status === (before?.status ?? "InProgress") ? [] : [`stage '${stage}' ${after.status}`]),
  ];
}
