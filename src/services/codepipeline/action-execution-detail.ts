/** One row of ListActionExecutions (api.md §11). */
import type {
  ActionExecutionDetail,
  ActionExecutionResult,
  ActionTypeId,
  ArtifactDetail,
} from "@aws-sdk/client-codepipeline";
import type { NamedArtifact } from "../../core/engine/index.ts";
import { link, webAddress } from "../../core/links.ts";
import { maskSecrets } from "../../core/sealed-secret.ts";
import type { Call } from "../aws-json/operation.ts";
import { type ActionRecord, isApproval } from "./action-record.ts";
import type { KnownActionTypes } from "./known-action-types.ts";

/** @param types with the deleted ones: old rows keep their links */
export function actionExecutionDetail(
  record: ActionRecord,
  types: KnownActionTypes,
  { core: { access } }: Call,
): ActionExecutionDetail {
  const { input, output } = record;
  const result = executionResult(record, types);
  return {
    pipelineExecutionId: record.executionId,
    actionExecutionId: record.id,
    pipelineVersion: record.version,
    stageName: record.stage,
    actionName: record.action,
    startTime: new Date(record.started),
    lastUpdateTime: new Date(record.updated),
    status: record.status,
    ...(output.updatedBy !== undefined && { updatedBy: output.updatedBy }),
    input: {
      actionTypeId: input.type as ActionTypeId,
      configuration: maskSecrets(access, input.configuration),
      resolvedConfiguration: maskSecrets(access, input.resolvedConfiguration),
      region: input.region,
      inputArtifacts: input.inputs.map(artifactDetail),
      ...(input.roleArn !== undefined && { roleArn: input.roleArn }),
      ...(input.namespace !== undefined && { namespace: input.namespace }),
    },
    output: {
      outputArtifacts: (output.outputs ?? []).map(artifactDetail),
      outputVariables: { ...output.variables },
      ...(Object.keys(result).length > 0 && { executionResult: result }),
    },
  };
}

function executionResult(record: ActionRecord, types: KnownActionTypes): ActionExecutionResult {
  const { summary, error, logStreamArn, externalExecutionId } = record.output;
  const id = isApproval(record) ? record.id : externalExecutionId;
  const url = executionUrl(record, types);
  return {
    ...(id !== undefined && { externalExecutionId: id }),
    ...(summary !== undefined && summary !== "" && { externalExecutionSummary: summary }),
    ...(url !== undefined && { externalExecutionUrl: url }),
    ...(error !== undefined && { errorDetails: { ...error } }),
    ...(logStreamArn !== undefined && { logStreamARN: logStreamArn }),
  };
}

/** What the worker said, else what the type's template makes of its external execution id. */
export function executionUrl({ input, output }: ActionRecord, types: KnownActionTypes): string | undefined {
  const { externalExecutionUrl, externalExecutionId } = output;
  if (externalExecutionUrl !== undefined) return webAddress(externalExecutionUrl);
  if (externalExecutionId === undefined) return undefined;
  return link(types.find(input.type)?.urls.executionUrlTemplate, {
    configuration: input.resolvedConfiguration,
    externalExecutionId,
  });
}

function artifactDetail({ name, bucket, key }: NamedArtifact): ArtifactDetail {
  return { name, s3location: { bucket, key } };
}
