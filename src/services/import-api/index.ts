import { CreateProjectInput$ } from "@aws-sdk/client-codebuild";
import { NormalizedSchema } from "@smithy/core/schema";
import type { ConstraintShape, ConstraintTable } from "../aws-json/constraints.ts";
import { prefixed } from "../aws-json/prefixed.ts";
import { requiredMembers } from "../aws-json/required-members.ts";
import type { AnyOperation, Service } from "../aws-json/service.ts";
import connectionConstraints from "../codeconnections/constraints.json" with { type: "json" };
import constraints from "../codepipeline/constraints.json" with { type: "json" };
import { checkActionType } from "./check-action-type.ts";
import { checkPipeline } from "./check-pipeline.ts";
import { checkProject } from "./check-project.ts";
import { checkWebhook } from "./check-webhook.ts";
import { checkConnection, importConnection } from "./connection.ts";
import * as schemas from "./schemas.ts";

const plannedConnection: ConstraintShape = {
  type: "structure",
  required: ["service", "id", "connection"],
  members: {
    service: "ConnectionService",
    id: "ConnectionId",
    connection: "Connections.CreateConnectionInput",
  },
};

/**
 * What `millrace import` asks before it changes anything: would this be accepted, and what would be kept of it? AWS has
 * no such operations, and only the server knows its own checks and which providers are configured.
 */
export const importApi: Service = {
  name: "import-api",
  target: "MillraceImport_20261101",
  signingName: "codepipeline",
  schemas,
  constraints: {
    shapes: {
      ...(constraints as ConstraintTable).shapes,
      CheckPipelineInput: {
        type: "structure",
        required: ["pipeline"],
        members: {
          pipeline: "PipelineDeclaration",
          tags: "TagList",
          plannedActionTypes: "PlannedActionTypes",
          plannedBuckets: "PlannedBuckets",
          plannedConnections: "PlannedConnections",
        },
      },
      PlannedActionTypes: { type: "list", member: "CreateCustomActionTypeInput", max: 50 },
      PlannedBuckets: { type: "list", member: "PlannedBucket", max: 100 },
      PlannedConnections: { type: "list", member: "PlannedConnection", max: 100 },
      PlannedConnection: {
        type: "structure",
        required: ["arn"],
        members: { arn: "Connections.ConnectionArn", providerType: "Connections.ProviderType" },
      },
      PlannedBucket: {
        type: "structure",
        required: ["name", "region"],
        members: { name: "PlannedBucketName", region: "AWSRegionName" },
      },
      PlannedBucketName: { type: "string", min: 3, max: 63 },
      CheckActionTypeInput: {
        type: "structure",
        required: ["actionType"],
        members: { actionType: "CreateCustomActionTypeInput" },
      },
      CheckProjectInput: {
        type: "structure",
        required: ["project"],
        members: { project: "CodeBuild.CreateProjectInput" },
      },
      CheckWebhookInput: {
        type: "structure",
        required: ["webhook"],
        members: {
          webhook: "WebhookDefinition",
          tags: "TagList",
          plannedPipeline: "PipelineDeclaration",
          plannedActionTypes: "PlannedActionTypes",
        },
      },
      CheckConnectionInput: plannedConnection,
      ImportConnectionInput: plannedConnection,
      ConnectionService: { type: "string", enum: ["codestar-connections", "codeconnections"] },
      ConnectionId: {
        type: "string",
        pattern: "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
      },
      ...prefixed((connectionConstraints as ConstraintTable).shapes, "Connections."),
      ...requiredMembers(NormalizedSchema.of(CreateProjectInput$), "CodeBuild.").shapes,
    },
  },
  permission: (operation) => `millrace:${operation}`,
  operations: [
    checkActionType,
    checkConnection,
    checkPipeline,
    checkProject,
    checkWebhook,
    importConnection,
  ] as readonly AnyOperation[],
};
