/**
 * The shapes of this target: the SDK's own, inside of structures and operations in the same form (see
 * worker-api/schemas.ts for what the places of the arrays mean).
 */
import { CreateProjectInput$, Project$ } from "@aws-sdk/client-codebuild";
import {
  CreateCustomActionTypeInput$,
  PipelineDeclaration$,
  Tag$,
  WebhookDefinition$,
} from "@aws-sdk/client-codepipeline";
import { CreateConnectionInput$, CreateConnectionOutput$ } from "@aws-sdk/client-codestar-connections";

const STRING = 0;
const BOOLEAN = 2;
const NAMESPACE = "millrace.import";

type Members = Readonly<Record<string, unknown>>;

function structure(name: string, required: Members, optional: Members = {}) {
  const members = { ...required, ...optional };
  return [3, NAMESPACE, name, 0, Object.keys(members), Object.values(members), Object.keys(required).length];
}

const list = (name: string, element: unknown) => () => [1, NAMESPACE, name, 0, () => element];

function operation(name: string, input: unknown[], output: unknown[]) {
  return [9, NAMESPACE, name, 0, () => input, () => output];
}

export const CheckPipeline$ = operation(
  "CheckPipeline",
  structure(
    "CheckPipelineInput",
    { pipeline: () => PipelineDeclaration$ },
    {
      tags: list("Tags", Tag$),
      plannedActionTypes: list("ActionTypes", CreateCustomActionTypeInput$),
      plannedBuckets: list("PlannedBuckets", structure("PlannedBucket", { name: STRING, region: STRING })),
      plannedConnections: list(
        "PlannedConnections",
        structure("PlannedConnection", { arn: STRING }, { providerType: STRING }),
      ),
    },
  ),
  structure("CheckPipelineOutput", { pipeline: () => PipelineDeclaration$, exists: BOOLEAN }),
);

export const CheckActionType$ = operation(
  "CheckActionType",
  structure("CheckActionTypeInput", { actionType: () => CreateCustomActionTypeInput$ }),
  structure("CheckActionTypeOutput", { exists: BOOLEAN }),
);

export const CheckProject$ = operation(
  "CheckProject",
  structure("CheckProjectInput", { project: () => CreateProjectInput$ }),
  structure("CheckProjectOutput", { project: () => Project$, exists: BOOLEAN }),
);

export const CheckWebhook$ = operation(
  "CheckWebhook",
  structure(
    "CheckWebhookInput",
    { webhook: () => WebhookDefinition$ },
    {
      tags: list("Tags", Tag$),
      plannedPipeline: () => PipelineDeclaration$,
      plannedActionTypes: list("ActionTypes", CreateCustomActionTypeInput$),
    },
  ),
  structure("CheckWebhookOutput", {}),
);

const plannedConnection = {
  service: STRING,
  id: STRING,
  connection: () => CreateConnectionInput$,
};

export const CheckConnection$ = operation(
  "CheckConnection",
  structure("CheckConnectionInput", plannedConnection),
  structure("CheckConnectionOutput", {}),
);

export const ImportConnection$ = operation(
  "ImportConnection",
  structure("ImportConnectionInput", plannedConnection),
  CreateConnectionOutput$,
);
