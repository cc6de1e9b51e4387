/** One row of ListRuleExecutions (api.md §11). */
import type { RuleExecutionDetail, RuleExecutionResult, RuleTypeId } from "@aws-sdk/client-codepipeline";
import { maskSecrets } from "../../core/sealed-secret.ts";
import type { Call } from "../aws-json/operation.ts";
import { type RuleRecord, toldOf } from "./rule-record.ts";

export function ruleExecutionDetail(record: RuleRecord, { core: { access } }: Call): RuleExecutionDetail {
  const { input } = record;
  const result = executionResult(record);
  return {
    pipelineExecutionId: record.executionId,
    ruleExecutionId: record.id,
    pipelineVersion: record.version,
    stageName: record.stage,
    ruleName: record.rule,
    startTime: new Date(record.started),
    lastUpdateTime: new Date(record.updated),
    status: record.status,
    input: {
      ruleTypeId: input.type as RuleTypeId,
      configuration: maskSecrets(access, input.configuration),
      resolvedConfiguration: maskSecrets(access, input.resolvedConfiguration),
      region: input.region,
      inputArtifacts: input.inputs.map(({ name, bucket, key }) => ({ name, s3location: { bucket, key } })),
      ...(input.roleArn !== undefined && { roleArn: input.roleArn }),
    },
    output: Object.keys(result).length > 0 ? { executionResult: result } : {},
  };
}

function executionResult(record: RuleRecord): RuleExecutionResult {
  const { summary } = record.output;
  return {
    ...toldOf(record),
    ...(summary !== undefined && summary !== "" && { externalExecutionSummary: summary }),
  };
}
