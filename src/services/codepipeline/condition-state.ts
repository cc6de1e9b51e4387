/** The conditions of one stage in GetPipelineState (api.md §11). */
import type {
  RuleState as ShownRule,
  StageState as ShownStage,
  StageConditionState,
} from "@aws-sdk/client-codepipeline";
import type { ConditionKind, ConditionState, ExecutionState, StageState } from "../../core/engine/index.ts";
import type { Stage } from "./declaration.ts";
import { own } from "./own.ts";
import { type RuleRecord, toldOf } from "./rule-record.ts";

type Shown = Pick<
  ShownStage,
  "beforeEntryConditionState" | "onSuccessConditionState" | "onFailureConditionState"
>;
type Condition = NonNullable<Stage["beforeEntry"]>["conditions"][number];

/** What is known of the evaluations that are shown. */
export interface Evaluations {
  /** By execution id. */
  readonly executions: ReadonlyMap<string, ExecutionState>;
  /** By rule execution id. */
  readonly rules: ReadonlyMap<string, RuleRecord>;
}

/** Each declared condition, with the last evaluation that there was, of whatever execution. */
export function conditionStates(
  { name, beforeEntry, onSuccess, onFailure }: Stage,
  state: StageState | undefined,
  known: Evaluations,
): Shown {
  const shown = (kind: ConditionKind, conditions: readonly Condition[]) =>
    conditionState(conditions, lastEvaluation(name, state, kind, known), known);
  return {
    ...(beforeEntry && { beforeEntryConditionState: shown("BEFORE_ENTRY", beforeEntry.conditions) }),
    ...(onSuccess && { onSuccessConditionState: shown("ON_SUCCESS", onSuccess.conditions) }),
    ...(onFailure?.conditions && { onFailureConditionState: shown("ON_FAILURE", onFailure.conditions) }),
  };
}

/** Ids of the executions whose evaluations are shown. */
export function evaluatedIn(state: StageState | undefined): string[] {
  return Object.values(state?.evaluated ?? {});
}

/** Ids of the rule executions of a stage's evaluations that are shown. */
export function rulesIn(
  stage: string,
  state: StageState | undefined,
  executions: Evaluations["executions"],
): string[] {
  const kinds = Object.keys(state?.evaluated ?? {}) as ConditionKind[];
  return kinds.flatMap((kind) =>
    Object.values(lastEvaluation(stage, state, kind, { executions })?.rules ?? {}).map(({ id }) => id),
  );
}

function lastEvaluation(
  stage: string,
  state: StageState | undefined,
  kind: ConditionKind,
  { executions }: Pick<Evaluations, "executions">,
): ConditionState | undefined {
  const execution = executions.get(state?.evaluated?.[kind] ?? "");
  return execution && own(execution.runs, stage)?.conditions?.[kind];
}

function conditionState(
  [condition]: readonly Condition[],
  evaluation: ConditionState | undefined,
  known: Evaluations,
): StageConditionState {
  const said = evaluation && {
    status: evaluation.status,
    ...(evaluation.summary !== undefined && { summary: evaluation.summary }),
  };
  return {
    ...(said && { latestExecution: said }),
    conditionStates: [
      {
        ...(said && { latestExecution: { ...said, lastStatusChange: new Date(evaluation.changedAt) } }),
        ruleStates: (condition?.rules ?? []).map(({ name }) => {
          const rule = evaluation && own(evaluation.rules, name);
          return ruleState(name, rule && known.rules.get(rule.id));
        }),
      },
    ],
  };
}

function ruleState(ruleName: string, record: RuleRecord | undefined): ShownRule {
  if (record === undefined) return { ruleName };
  const { id, status, started, updated, output } = record;
  return {
    ruleName,
    latestExecution: {
      ruleExecutionId: id,
      status,
      ...(output.summary !== undefined && output.summary !== "" && { summary: output.summary }),
      lastStatusChange: new Date(status === "InProgress" ? started : updated),
      ...toldOf(record),
    },
  };
}
