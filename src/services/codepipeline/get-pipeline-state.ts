import type { GetPipelineStateInput, GetPipelineStateOutput } from "@aws-sdk/client-codepipeline";
import { newestAttemptsOf } from "../../core/store/queries/action-executions.ts";
import { findExecutions } from "../../core/store/queries/executions.ts";
import { findRuleExecutions } from "../../core/store/queries/rule-executions.ts";
import { operation } from "../aws-json/operation.ts";
import { actionRecord } from "./action-record.ts";
import { actionState, failedPoll } from "./action-state.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { conditionStates, evaluatedIn, rulesIn } from "./condition-state.ts";
import { failingPolls } from "./failing-polls.ts";
import { knownActionTypes } from "./known-action-types.ts";
import { own } from "./own.ts";
import { ruleRecord } from "./rule-record.ts";
import { stageState } from "./stage-state.ts";
import { executionState, pipelineState, requireDeclaration, requirePipeline } from "./stored.ts";

/**
 * What every stage and action of the current version is doing, and what waits where.
 *
 * @throws PipelineNotFoundException
 * @see api.md §11, §19.1
 */
export const getPipelineState = operation<Checked<GetPipelineStateInput>, GetPipelineStateOutput>(
  "GetPipelineState",
  {
    authorization: onPipeline(({ name }) => name),

    async handle({ name }, call) {
      const db = call.core.store.read;
      const pipeline = await requirePipeline(call, name);
      const declaration = await requireDeclaration(call, pipeline);
      const { stages } = pipelineState(pipeline);
      const states = declaration.stages.map(({ name: stage }) => own(stages, stage));
      const latest = [...new Set(states.flatMap((state) => state?.latest ?? []))];
      const shown = [...new Set([...latest, ...states.flatMap(evaluatedIn)])];
      const executions = new Map(
        (await findExecutions(db, shown)).map((row) => [row.id, executionState(row)]),
      );
      const records = (await newestAttemptsOf(db, latest)).map(actionRecord);
      const ruleIds = declaration.stages.flatMap(({ name: stage }, index) =>
        rulesIn(stage, states[index], executions),
      );
      const rules = new Map((await findRuleExecutions(db, ruleIds)).map((row) => [row.id, ruleRecord(row)]));
      const failing = await failingPolls(call, pipeline, declaration);
      const types = await knownActionTypes(call, "with deleted");
      return {
        pipelineName: name,
        pipelineVersion: pipeline.version,
        created: new Date(pipeline.created),
        updated: new Date(pipeline.updated),
        stageStates: declaration.stages.map((declared, index) => {
          const { name: stage, actions } = declared;
          const state = states[index];
          const execution = state?.latest === undefined ? undefined : executions.get(state.latest);
          const started = records.filter(
            (record) => record.executionId === execution?.id && record.stage === stage,
          );
          return {
            stageName: stage,
            ...stageState(stage, state, execution),
            ...conditionStates(declared, state, { executions, rules }),
            actionStates: actions.map((action) => {
              const poll = index === 0 ? failing.find((one) => one.action === action.name) : undefined;
              const record = started.find(({ action: name }) => name === action.name);
              return poll === undefined
                ? actionState(action, record, types, call)
                : failedPoll(action, poll, types, call);
            }),
          };
        }),
      };
    },
  },
);
