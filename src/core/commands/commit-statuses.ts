/** What an execution means to the commits that it works on, for the git hosts that these are from (S7.11). */
import type { CommitState } from "../connections/types.ts";
import {
  type ActionDefinition,
  type Definition,
  type ExecutionState,
  type ExecutionStatus,
  resolveText,
} from "../engine/index.ts";

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
 * of its commits when it runs again or has ended. A rollback says nothing of commits, which were judged when they came.
 */
export function newCommitStatuses(
  definition: Definition,
  before: ExecutionState | undefined,
  after: ExecutionState,
): readonly CommitStatus[] {
  const sources = connectionSources(definition);
  if (sources.length === 0 || after.type === "ROLLBACK") return [];
  const state = STATES[after.status];
  const told = before !== undefined && STATES[before.status] === state ? before : undefined;
  return sources.flatMap((source) => {
    const commit = commitOf(after, source);
    if (commit === undefined || (told !== undefined && commitOf(told, source) === commit)) return [];
    const { connection, repository } = placeOf(after, source);
    if (connection === undefined || repository === undefined) return [];
    const { stage, action } = source;
    const actionExecutionId = after.runs[stage]?.actions[action.name]?.id;
    return [
      { state, description: describe(definition, after), connection, repository, commit, actionExecutionId },
    ];
  });
}

interface Source {
  readonly stage: string;
  readonly action: ActionDefinition;
}

/** Versions never change, and most have none. */
const known = new WeakMap<Definition, readonly Source[]>();

function connectionSources(definition: Definition): readonly Source[] {
  let sources = known.get(definition);
  if (sources === undefined) {
    sources = definition.stages.flatMap(({ name: stage, actions }) =>
      actions.filter(fetchesByConnection).map((action) => ({ stage, action })),
    );
    known.set(definition, sources);
  }
  return sources;
}

function fetchesByConnection({ type: { category, owner, provider } }: ActionDefinition): boolean {
  return category === "Source" && owner === "AWS" && provider === "CodeStarSourceConnection";
}

function commitOf({ revisions }: ExecutionState, { action }: Source): string | undefined {
  const commit = Object.hasOwn(revisions, action.name) ? revisions[action.name]?.revisionId : undefined;
  return commit !== undefined && COMMIT.test(commit) ? commit : undefined;
}

/** As the source action resolves it: nothing but variables of the pipeline is there before it. */
function placeOf({ variables = {} }: ExecutionState, { action }: Source) {
  const { ConnectionArn: connection = "", FullRepositoryId: repository = "" } = action.configuration;
  const resolve = (text: string) => {
    const missing = new Set<string>();
    const resolved = resolveText(
      text,
      ({ namespace, key }) =>
        namespace === "variables" && Object.hasOwn(variables, key) ? variables[key] : undefined,
      missing,
    );
    return missing.size === 0 && resolved !== "" ? resolved : undefined;
  };
  return { connection: resolve(connection), repository: resolve(repository) };
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
    const run = Object.hasOwn(runs, stage) ? runs[stage] : undefined;
    if (run?.status !== "Failed") continue;
    const failed = actions.find(
      ({ name }) => Object.hasOwn(run.actions, name) && run.actions[name]?.status === "Failed",
    );
    return failed === undefined ? `Failed in ${stage}` : `Failed in ${stage}: ${failed.name}`;
  }
  return "Failed";
}
