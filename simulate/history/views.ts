/** An execution as the store has it and as the model has it, in one form. */
import type {
  ActionState,
  ConditionState,
  ExecutionState,
  RuleState,
  StageRun,
} from "../../src/core/engine/index.ts";
import type { Attempt, Condition, Execution, Rule, Run } from "../model/parts.ts";
import type { Track } from "./track.ts";

export const seqOf = (track: Track, id: string | undefined) =>
  id === undefined ? undefined : track.execution(id)?.seq;

export function viewStored(track: Track, state: ExecutionState): unknown {
  return {
    seq: state.seq,
    version: state.version,
    mode: state.mode,
    type: state.type,
    target: seqOf(track, state.rollbackTarget),
    status: state.status,
    summary: state.statusSummary,
    attempt: state.attempt,
    cutBy: state.cutBy,
    waits: state.waitingBefore?.stage,
    timed: state.waitingBefore?.timer !== undefined,
    runs: Object.entries(state.runs).map(([stage, run]) => ({
      stage,
      status: run.status,
      manual: run.manualRetries,
      automatic: run.automaticRetries,
      actions: Object.fromEntries(
        Object.entries(run.actions).map(([name, action]) => [name, storedAction(action, run, name)]),
      ),
      conditions: conditionsStored(run),
    })),
  };
}

function storedAction({ status, job }: ActionState, run: StageRun, name: string): string {
  return `${status}#${run.attempts[name]} losses ${job?.losses ?? "-"}`;
}

function conditionsStored({ conditions = {} }: StageRun): unknown {
  const shown = Object.entries(conditions).filter(([, one]) => one !== undefined && one.forgotten !== true);
  return Object.fromEntries(
    (shown as [string, ConditionState][])
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, { status, evaluation, rules }]) => [
        kind,
        [status, evaluation, ...Object.entries(rules).map(([name, rule]) => storedRule(name, rule))],
      ]),
  );
}

const storedRule = (name: string, { status, job }: RuleState) =>
  `${name} ${status} losses ${job?.losses ?? "-"}`;

export function viewModel(track: Track, execution: Execution): unknown {
  const { model } = track;
  const status = model.status(execution);
  return {
    seq: execution.seq,
    version: execution.version,
    mode: execution.mode,
    type: execution.type,
    target: execution.target?.seq,
    status,
    summary: execution.summary,
    attempt: execution.attempt,
    cutBy: execution.cutBy,
    waits: execution.waits?.stage,
    timed: execution.waits?.due !== undefined,
    runs: execution.runs.map((run) => ({
      stage: run.stage,
      status: run.status === "InProgress" && status === "Stopping" ? "Stopping" : run.status,
      manual: run.manual,
      automatic: run.automatic,
      actions: Object.fromEntries([...run.actions].map(([name, attempt]) => [name, modelAction(attempt)])),
      conditions: conditionsModel(run),
    })),
  };
}

const modelAction = ({ status, number, job }: Attempt) => `${status}#${number} losses ${job?.losses ?? "-"}`;

function conditionsModel({ conditions }: Run): unknown {
  return Object.fromEntries(
    [...conditions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, { status, evaluation, rules }]: [string, Condition]) => [
        kind,
        [status, evaluation, ...rules.map(modelRule)],
      ]),
  );
}

const modelRule = ({ name, status, job }: Rule) => `${name} ${status} losses ${job?.losses ?? "-"}`;
