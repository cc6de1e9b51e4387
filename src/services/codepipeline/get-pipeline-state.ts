import type { GetPipelineStateInput, GetPipelineStateOutput } from "@aws-sdk/client-codepipeline";
import { newestAttemptsOf } from "../../core/store/queries/action-executions.ts";
import { findExecutions } from "../../core/store/queries/executions.ts";
import { operation } from "../aws-json/operation.ts";
import { actionRecord } from "./action-record.ts";
import { actionState } from "./action-state.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { knownActionTypes } from "./known-action-types.ts";
import { own } from "./own.ts";
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
      const latest = declaration.stages.flatMap((stage) => own(stages, stage.name)?.latest ?? []);
      const ids = [...new Set(latest)];
      const executions = new Map((await findExecutions(db, ids)).map((row) => [row.id, executionState(row)]));
      const records = (await newestAttemptsOf(db, ids)).map(actionRecord);
      const types = await knownActionTypes(call, "with deleted");
      return {
        pipelineName: name,
        pipelineVersion: pipeline.version,
        created: new Date(pipeline.created),
        updated: new Date(pipeline.updated),
        stageStates: declaration.stages.map(({ name: stage, actions }) => {
          const state = own(stages, stage);
          const execution = state?.latest === undefined ? undefined : executions.get(state.latest);
          const started = records.filter(
            (record) => record.executionId === execution?.id && record.stage === stage,
          );
          return {
            stageName: stage,
            ...stageState(stage, state, execution),
            actionStates: actions.map((action) =>
              actionState(
                action,
                started.find((record) => record.action === action.name),
                types,
                call,
              ),
            ),
          };
        }),
      };
    },
  },
);
