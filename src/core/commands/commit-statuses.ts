/** What an execution means to the commits that it works on, for the git hosts that these are from (S7.11). */
import type { CommitState } from "../connections/types.ts";
import { type Definition, type ExecutionState, type ExecutionStatus, own } from "../engine/index.ts";
import { type ConnectionSource, connectionSources, placeOf } from "./connection-sources.ts";

export interface CommitStatus {
  readonly state: CommitState;
  readonly description: string;
  /** ARN of the connection that the commit is fetched by. */
  readonly connection: string;
  readonly repository: string;
  readonly commit: string;
  /** The source action's execution, where it has started. */
  readonly actionExecutionId: string | undefined;
}

const STATES: Readonly<Record<ExecutionStatus, CommitState>> = {
  InProgress: "running",
  Stopping: "running",
  Succeeded: "good",
  Failed: "bad",
  Stopped: "stopped",
  Superseded: "stopped",
  Cancelled: "stopped",
};

/** Whole ids: hosts take no others. */
const COMMIT = /^(?:[\da-f]{40}|[\da-f]{64})$/;

/**
 * What is new to say of an execution that a command has changed: of a commit that it wasn't bound to before, or of all
 * of its commits when it runs again or has ended. A rollback says nothing of commits, which were judged when they came;
 * nor does a superseded one of those that run on in its successor, whose word would be overwritten.
 */
export function newCommitStatuses(
  definition: Definition,
  before: ExecutionState | undefined,
  after: ExecutionState,
  successor?: ExecutionState,
): readonly CommitStatus[] {
  const sources = connectionSources(definition);
  if (sources.length === 0 || after.type === "ROLLBACK") return [];
  const state = STATES[after.status];
  const told = before !== undefined && STATES[before.status] === state ? before : undefined;
  return sources.flatMap((source) => {
    const commit = commitOf(after, source);
    const isSaid = [told, successor].some((other) => other && commitOf(other, source) === commit);
    if (commit === undefined || isSaid) return [];
    const { connection, repository } = placeOf(after, source);
    if (connection === undefined || repository === undefined) return [];
    const { stage, action } = source;
    const started = own(own(after.runs, stage)?.actions, action.name);
    return [
      {
        state,
        description: describe(definition, after),
        connection,
        repository,
        commit,
        actionExecutionId: started?.id,
      },
    ];
  });
}

function commitOf({ revisions }: ExecutionState, { action }: ConnectionSource): string | undefined {
  const commit = own(revisions, action.name)?.revisionId;
  return commit !== undefined && COMMIT.test(commit) ? commit : undefined;
}

function describe(definition: Definition, execution: ExecutionState): string {
  switch (execution.status) {
    case "InProgress":
    case "Stopping":
      return "In progress";
    case "Failed":
      return firstFailure(definition, execution);
    default:
      return execution.status;
  }
}

function firstFailure({ stages }: Definition, { runs }: ExecutionState): string {
  for (const { name: stage, actions } of stages) {
    const run = own(runs, stage);
    if (run?.status !== "Failed") continue;
    const failed = actions.find(({ name }) => own(run.actions, name)?.status === "Failed");
    return failed === undefined ? `Failed in ${stage}` : `Failed in ${stage}: ${failed.name}`;
  }
  return "Failed";
}
