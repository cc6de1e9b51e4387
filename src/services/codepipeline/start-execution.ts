/** Starting a pipeline by hand, whoever asks: a caller of the API, or an action of another pipeline. */
import type { StartPipelineExecutionInput } from "@aws-sdk/client-codepipeline";
import type { Trigger } from "../../core/engine/index.ts";
import type { PipelineRow } from "../../core/store/tables/pipelines.ts";
import type { ConstraintTable } from "../aws-json/constraints.ts";
import type { Call } from "../aws-json/operation.ts";
import { compileValidator } from "../aws-json/validate.ts";
import type { Checked } from "./checked.ts";
import constraints from "./constraints.json" with { type: "json" };
import { validation } from "./errors.ts";
import { commanding } from "./refusals.ts";
import { overriddenRevisions } from "./source-overrides.ts";
import { requireDeclaration } from "./stored.ts";
import { firstRepeated } from "./structure/check.ts";

interface Start extends Omit<Input, "name"> {
  readonly trigger: Trigger;
}

type Input = Checked<StartPipelineExecutionInput>;

const validate = compileValidator(constraints as ConstraintTable, "StartPipelineExecutionInput");

/** Holds what came another way to what the pipe asks of a caller's request. @throws ValidationException */
export function checkStartInput(input: object): Input {
  validate(input);
  return input as Input;
}

/**
 * Starts the current version, or answers the execution that the token has started (E1.8).
 *
 * @returns the execution's id
 * @throws PipelineNotFoundException, ValidationException, ConcurrentPipelineExecutionsLimitExceededException
 */
export async function startExecution(
  call: Pick<Call, "core" | "scope">,
  pipeline: Pick<PipelineRow, "id" | "name" | "version">,
  { variables = [], sourceRevisions = [], clientRequestToken, trigger }: Start,
): Promise<string> {
  const repeated = firstRepeated(variables, (variable) => variable.name);
  if (repeated !== undefined) {
    throw validation(
      `Variable names must be unique. The following variable name is already in use: ${repeated.name}`,
    );
  }
  const revisions =
    sourceRevisions.length === 0
      ? {}
      : overriddenRevisions(await requireDeclaration(call, pipeline), sourceRevisions);
  const { executionId } = await commanding(call, pipeline.name, () =>
    call.core.commands.start(call.scope, pipeline.name, {
      trigger,
      variables: Object.fromEntries(variables.map((variable) => [variable.name, variable.value])),
      revisions,
      ...(clientRequestToken !== undefined && { clientRequestToken }),
    }),
  );
  return executionId;
}
