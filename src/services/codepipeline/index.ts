/** What Millrace answers of CodePipeline. */
import type { Operation } from "../aws-json/operation.ts";
import { acknowledgeJob } from "./acknowledge-job.ts";
import { createCustomActionType } from "./create-custom-action-type.ts";
import { createPipeline } from "./create-pipeline.ts";
import { deleteCustomActionType } from "./delete-custom-action-type.ts";
import { deletePipeline } from "./delete-pipeline.ts";
import { disableStageTransition } from "./disable-stage-transition.ts";
import { enableStageTransition } from "./enable-stage-transition.ts";
import { getJobDetails } from "./get-job-details.ts";
import { getPipeline } from "./get-pipeline.ts";
import { getPipelineExecution } from "./get-pipeline-execution.ts";
import { getPipelineState } from "./get-pipeline-state.ts";
import { listActionExecutions } from "./list-action-executions.ts";
import { listActionTypes } from "./list-action-types.ts";
import { listPipelineExecutions } from "./list-pipeline-executions.ts";
import { listPipelines } from "./list-pipelines.ts";
import { listTagsForResource } from "./list-tags-for-resource.ts";
import { pollForJobs } from "./poll-for-jobs.ts";
import { putApprovalResult } from "./put-approval-result.ts";
import { putJobFailureResult } from "./put-job-failure-result.ts";
import { putJobSuccessResult } from "./put-job-success-result.ts";
import { retryStageExecution } from "./retry-stage-execution.ts";
import { startPipelineExecution } from "./start-pipeline-execution.ts";
import { stopPipelineExecution } from "./stop-pipeline-execution.ts";
import { tagResource } from "./tag-resource.ts";
import { untagResource } from "./untag-resource.ts";
import { updatePipeline } from "./update-pipeline.ts";

export const operations = [
  acknowledgeJob,
  createCustomActionType,
  createPipeline,
  deleteCustomActionType,
  deletePipeline,
  disableStageTransition,
  enableStageTransition,
  getJobDetails,
  getPipeline,
  getPipelineExecution,
  getPipelineState,
  listActionExecutions,
  listActionTypes,
  listPipelineExecutions,
  listPipelines,
  listTagsForResource,
  pollForJobs,
  putApprovalResult,
  putJobFailureResult,
  putJobSuccessResult,
  retryStageExecution,
  startPipelineExecution,
  stopPipelineExecution,
  tagResource,
  untagResource,
  updatePipeline,
] as readonly Operation<never, unknown>[];

/** Operations of the model that come later: they are answered 501 and by name, never with an empty success. */
export const notYet: readonly string[] = [
  "AcknowledgeThirdPartyJob",
  "DeleteWebhook",
  "DeregisterWebhookWithThirdParty",
  "GetActionType",
  "GetThirdPartyJobDetails",
  "ListDeployActionExecutionTargets",
  "ListRuleExecutions",
  "ListRuleTypes",
  "ListWebhooks",
  "OverrideStageCondition",
  "PollForThirdPartyJobs",
  "PutActionRevision",
  "PutThirdPartyJobFailureResult",
  "PutThirdPartyJobSuccessResult",
  "PutWebhook",
  "RegisterWebhookWithThirdParty",
  "RollbackStage",
  "UpdateActionType",
];
