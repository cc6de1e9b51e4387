/**
 * A request of every operation that names what another account has. Those that make something in the caller's own
 * account stand last, so that they don't come into the others' way.
 */

import { stage } from "../../codepipeline/support/declarations.ts";
import { BUILDER, build, worked } from "../../codepipeline/support/workers.ts";

/** Names and ids of somebody's things, or such as nobody has. */
export interface Names {
  readonly pipeline: string;
  readonly executionId: string;
  readonly actionExecutionId: string;
  readonly jobId: string;
  readonly nonce: string;
  readonly token: string;
  readonly webhook: string;
  readonly project: string;
  readonly repository: string;
  /** ARNs. */
  readonly connection: string;
  readonly host: string;
  readonly provider: string;
  readonly account: string;
  readonly region: string;
}

type Requests = Readonly<Record<string, (names: Names) => object>>;

const ofStage = ({ pipeline: pipelineName }: Names) => ({ pipelineName, stageName: "Build" });
const ofAction = (names: Names) => ({ ...ofStage(names), actionName: "Build" });
const ofPipeline = ({ pipeline: pipelineName }: Names) => ({ pipelineName });
const ofType = ({ provider }: Names) => ({ category: "Build", provider, version: "1" });
const arnOf = ({ account, region, pipeline }: Names) =>
  `arn:aws:codepipeline:${region}:${account}:${pipeline}`;
const declarationOf = ({ pipeline, provider }: Names) =>
  worked([stage("Build", build({ actionTypeId: { ...BUILDER, provider } }))], { name: pipeline });
const failure = { type: "JobFailed", message: "stolen" };
const projectOf = ({ project: name }: Names) => ({
  name,
  source: { type: "CODEPIPELINE" },
  artifacts: { type: "CODEPIPELINE" },
  environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
  serviceRole: "arn:aws:iam::111122223333:role/any",
});
const webhookOf = ({ webhook: name, pipeline: targetPipeline }: Names) => ({
  name,
  targetPipeline,
  targetAction: "Fetch",
  filters: [],
  authentication: "UNAUTHENTICATED",
  authenticationConfiguration: {},
});

export const codePipelineRequests: Requests = {
  AcknowledgeJob: ({ jobId, nonce }) => ({ jobId, nonce }),
  AcknowledgeThirdPartyJob: ({ jobId, nonce, token }) => ({ jobId, nonce, clientToken: token }),
  DeleteCustomActionType: ofType,
  DeletePipeline: ({ pipeline: name }) => ({ name }),
  DeleteWebhook: ({ webhook: name }) => ({ name }),
  DeregisterWebhookWithThirdParty: ({ webhook: webhookName }) => ({ webhookName }),
  DisableStageTransition: (names) => ({ ...ofStage(names), transitionType: "Inbound", reason: "stolen" }),
  EnableStageTransition: (names) => ({ ...ofStage(names), transitionType: "Inbound" }),
  GetActionType: (names) => ({ ...ofType(names), owner: "ThirdParty" }),
  GetJobDetails: ({ jobId }) => ({ jobId }),
  GetPipeline: ({ pipeline: name }) => ({ name }),
  GetPipelineExecution: (names) => ({ ...ofPipeline(names), pipelineExecutionId: names.executionId }),
  GetPipelineState: ({ pipeline: name }) => ({ name }),
  GetThirdPartyJobDetails: ({ jobId, token }) => ({ jobId, clientToken: token }),
  ListActionExecutions: ofPipeline,
  ListActionTypes: () => ({ actionOwnerFilter: "Custom" }),
  ListDeployActionExecutionTargets: ({ actionExecutionId }) => ({ actionExecutionId }),
  ListPipelineExecutions: ofPipeline,
  ListPipelines: () => ({}),
  ListRuleExecutions: ofPipeline,
  ListRuleTypes: () => ({}),
  ListTagsForResource: (names) => ({ resourceArn: arnOf(names) }),
  ListWebhooks: () => ({}),
  OverrideStageCondition: (names) => ({
    ...ofStage(names),
    pipelineExecutionId: names.executionId,
    conditionType: "BEFORE_ENTRY",
  }),
  PollForJobs: (names) => ({ actionTypeId: { ...ofType(names), owner: "Custom" } }),
  PollForThirdPartyJobs: (names) => ({ actionTypeId: { ...ofType(names), owner: "ThirdParty" } }),
  PutActionRevision: (names) => ({
    ...ofPipeline(names),
    stageName: "Source",
    actionName: "Fetch",
    actionRevision: { revisionId: "r", revisionChangeId: "r", created: 1_790_000_000 },
  }),
  PutApprovalResult: (names) => ({
    ...ofAction(names),
    token: names.token,
    result: { status: "Approved", summary: "stolen" },
  }),
  PutJobFailureResult: ({ jobId }) => ({ jobId, failureDetails: failure }),
  PutJobSuccessResult: ({ jobId }) => ({ jobId }),
  PutThirdPartyJobFailureResult: ({ jobId, token }) => ({
    jobId,
    clientToken: token,
    failureDetails: failure,
  }),
  PutThirdPartyJobSuccessResult: ({ jobId, token }) => ({ jobId, clientToken: token }),
  PutWebhook: (names) => ({ webhook: webhookOf(names) }),
  RegisterWebhookWithThirdParty: ({ webhook: webhookName }) => ({ webhookName }),
  RetryStageExecution: (names) => ({
    ...ofStage(names),
    pipelineExecutionId: names.executionId,
    retryMode: "FAILED_ACTIONS",
  }),
  RollbackStage: (names) => ({ ...ofStage(names), targetPipelineExecutionId: names.executionId }),
  StartPipelineExecution: ({ pipeline: name }) => ({ name }),
  StopPipelineExecution: (names) => ({
    ...ofPipeline(names),
    pipelineExecutionId: names.executionId,
    abandon: true,
  }),
  TagResource: (names) => ({ resourceArn: arnOf(names), tags: [{ key: "team", value: "stolen" }] }),
  UntagResource: (names) => ({ resourceArn: arnOf(names), tagKeys: ["note"] }),
  UpdateActionType: (names) => ({
    actionType: {
      executor: {
        configuration: { jobWorkerExecutorConfiguration: { pollingAccounts: ["111122223333"] } },
        type: "JobWorker",
      },
      id: { ...ofType(names), owner: "ThirdParty" },
      inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
    },
  }),
  UpdatePipeline: (names) => ({ pipeline: declarationOf(names) }),

  CreateCustomActionType: (names) => ({
    ...ofType(names),
    inputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
    outputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
  }),
  CreatePipeline: (names) => ({ pipeline: declarationOf(names) }),
};

export const workerRequests: Requests = {
  PollForBuiltInJobs: () => ({
    workerId: "thief",
    actionTypeIds: [{ category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" }],
    maxBatchSize: 10,
    waitSeconds: 0,
  }),
  RegisterWorker: () => ({ workerId: "thief", version: "1", capabilities: [] }),
  ExtendLease: ({ jobId }) => ({ jobId }),
  GiveUpJob: ({ jobId, nonce }) => ({ jobId, nonce }),
  ParkJob: ({ jobId }) => ({ jobId }),
  RefreshCredentials: ({ jobId }) => ({ jobId }),
  GetCloneCredentials: ({ jobId }) => ({ jobId }),
  PutProgress: ({ jobId }) => ({ jobId, summary: "stolen" }),
  StartBuild: ({ jobId, nonce }) => ({ jobId, nonce }),
  GetJobRole: ({ jobId }) => ({ jobId }),
  StartChildPipeline: ({ jobId }) => ({ jobId, variables: [], sourceRevisions: [] }),
  DescribeChildPipeline: ({ jobId }) => ({ jobId, executionId: jobId }),
  DoubtConnection: ({ jobId }) => ({ jobId }),
  GetConnectedRepository: ({ jobId }) => ({ jobId }),
  ResolveSecret: ({ jobId }) => ({ jobId, kind: "parameter-store", name: "token" }),
  PutBuildState: ({ jobId, project }) => ({
    jobId,
    build: {
      buildId: `${project}:${jobId}`,
      buildStatus: "SUCCEEDED",
      currentPhase: "COMPLETED",
      phases: [],
      exportedEnvironmentVariables: [],
    },
  }),
};

export const importRequests: Requests = {
  CheckActionType: (names) => ({
    actionType: {
      ...ofType(names),
      inputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
    },
  }),
  CheckPipeline: (names) => ({ pipeline: declarationOf(names) }),
  CheckProject: (names) => ({ project: projectOf(names) }),
  CheckWebhook: (names) => ({ webhook: webhookOf(names) }),
  CheckConnection: importedConnection,
  ImportConnection: importedConnection,
};

function importedConnection({ host: HostArn, connection }: Names) {
  const id = connection.slice(-36);
  return { service: "codeconnections", id, connection: { ConnectionName: "mine", HostArn } };
}

export const codeBuildRequests: Requests = {
  BatchGetBuilds: ({ project, jobId }) => ({ ids: [`${project}:${jobId}`] }),
  BatchGetProjects: ({ project }) => ({ names: [project] }),
  DeleteProject: ({ project: name }) => ({ name }),
  ListBuildsForProject: ({ project: projectName }) => ({ projectName }),
  ListProjects: () => ({}),
  UpdateProject: ({ project: name }) => ({ name, description: "stolen" }),
  CreateProject: projectOf,
};

export const codeCommitRequests: Requests = {
  DeleteRepository: ({ repository: repositoryName }) => ({ repositoryName }),
  GetBranch: ({ repository: repositoryName }) => ({ repositoryName, branchName: "main" }),
  GetRepository: ({ repository: repositoryName }) => ({ repositoryName }),
  ListRepositories: () => ({}),
  CreateRepository: ({ repository: repositoryName }) => ({ repositoryName }),
};

const ofConnection = ({ connection: ConnectionArn }: Names) => ({ ConnectionArn });
const ofHost = ({ host: HostArn }: Names) => ({ HostArn });

export const connectionRequests: Requests = {
  DeleteConnection: ofConnection,
  DeleteHost: ofHost,
  GetConnection: ofConnection,
  GetHost: ofHost,
  ListConnections: ({ host: HostArnFilter }) => ({ HostArnFilter }),
  ListHosts: () => ({}),
  ListTagsForResource: ({ connection: ResourceArn }) => ({ ResourceArn }),
  TagResource: ({ connection: ResourceArn }) => ({ ResourceArn, Tags: [{ Key: "a", Value: "b" }] }),
  UntagResource: ({ host: ResourceArn }) => ({ ResourceArn, TagKeys: ["a"] }),
  UpdateHost: (names) => ({ ...ofHost(names), ProviderEndpoint: "https://evil.example" }),
  CreateConnection: ({ host: HostArn }) => ({ ConnectionName: "mine", HostArn }),
  CreateHost: () => ({
    Name: "mine",
    ProviderType: "GitLabSelfManaged",
    ProviderEndpoint: "https://a.example",
  }),
};
