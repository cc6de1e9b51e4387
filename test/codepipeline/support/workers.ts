/** Custom action types, pipelines of them, and a job worker that does what the test says, all through the SDK. */
import {
  AcknowledgeJobCommand,
  type ActionDeclaration,
  type ActionTypeId,
  type CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  type Job,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
  PollForJobsCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
  type PutJobSuccessResultInput,
  type StageDeclaration,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { ROLE, stage } from "./declarations.ts";

const type = (category: ActionTypeId["category"], provider: string): ActionTypeId => ({
  category,
  owner: "Custom",
  provider,
  version: "1",
});

export const ORIGIN = type("Source", "Origin");
export const BUILDER = type("Build", "Builder");
export const SHIPPER = type("Deploy", "Shipper");

/** Registers the three types; Builder has a secret and links. */
export async function registerTypes(client: CodePipelineClient): Promise<void> {
  const common = {
    version: "1",
    inputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
    outputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
  };
  const property = { required: false, key: false, secret: false };
  for (const { category, provider } of [ORIGIN, SHIPPER]) {
    const configurationProperties = [{ ...property, name: "Note", key: true }];
    await client.send(
      new CreateCustomActionTypeCommand({ ...common, category, provider, configurationProperties }),
    );
  }
  await client.send(
    new CreateCustomActionTypeCommand({
      ...common,
      category: BUILDER.category,
      provider: BUILDER.provider,
      settings: {
        entityUrlTemplate: "https://ci.example/{Config:Project}",
        executionUrlTemplate: "https://ci.example/{Config:Project}/{ExternalExecutionId}",
      },
      configurationProperties: [
        { ...property, name: "Project", required: true, key: true },
        { ...property, name: "Note" },
        { ...property, name: "Token", secret: true },
      ],
    }),
  );
}

export function fetch(changes: Partial<ActionDeclaration> = {}): ActionDeclaration {
  return { name: "Fetch", actionTypeId: ORIGIN, outputArtifacts: [{ name: "Code" }], ...changes };
}

export function build(changes: Partial<ActionDeclaration> = {}): ActionDeclaration {
  return {
    name: "Build",
    actionTypeId: BUILDER,
    configuration: { Project: "app" },
    inputArtifacts: [{ name: "Code" }],
    ...changes,
  };
}

export function ship(changes: Partial<ActionDeclaration> = {}): ActionDeclaration {
  return { name: "Ship", actionTypeId: SHIPPER, ...changes };
}

/** A pipeline of custom actions: a source stage, then those given. */
export function worked(
  stages: StageDeclaration[],
  changes: Partial<PipelineDeclaration> = {},
): PipelineDeclaration {
  return { name: "app", roleArn: ROLE, stages: [stage("Source", fetch()), ...stages], ...changes };
}

/** Source, then Build, whose variable and artifact Ship takes. */
export const BUILD_AND_SHIP: PipelineDeclaration = worked([
  stage("Build", build({ namespace: "built", outputArtifacts: [{ name: "App" }] })),
  stage("Ship", ship({ configuration: { Note: "#{built.Sha}" }, inputArtifacts: [{ name: "App" }] })),
]);

/** Registers the types, creates the pipeline and answers the id of the execution that its creation started. */
export async function createWorked(
  client: CodePipelineClient,
  pipeline: PipelineDeclaration,
): Promise<string> {
  await registerTypes(client);
  await client.send(new CreatePipelineCommand({ pipeline }));
  const { pipelineExecutionSummaries: [first] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: pipeline.name }),
  );
  return first!.pipelineExecutionId!;
}

export async function start(client: CodePipelineClient, name = "app"): Promise<string> {
  const { pipelineExecutionId } = await client.send(new StartPipelineExecutionCommand({ name }));
  return pipelineExecutionId!;
}

/** What waits for workers of a type, by action name, taken and acknowledged. */
export async function takeAll(
  client: CodePipelineClient,
  actionTypeId: ActionTypeId,
): Promise<Map<string, Job>> {
  const { jobs = [] } = await client.send(new PollForJobsCommand({ actionTypeId, maxBatchSize: 100 }));
  for (const { id: jobId, nonce } of jobs) {
    const { status } = await client.send(new AcknowledgeJobCommand({ jobId, nonce }));
    if (status !== "InProgress") throw new Error(`job ${jobId} is ${status}`);
  }
  return new Map(jobs.map((job) => [job.data!.pipelineContext!.action!.name!, job]));
}

/** The one job that waits for workers of a type. */
export async function take(client: CodePipelineClient, actionTypeId: ActionTypeId): Promise<Job> {
  const [job, another] = [...(await takeAll(client, actionTypeId)).values()];
  if (job === undefined || another !== undefined)
    throw new Error(`not one job of ${actionTypeId.provider} waits`);
  return job;
}

export async function succeed(
  client: CodePipelineClient,
  job: Job,
  result: Omit<PutJobSuccessResultInput, "jobId"> = {},
): Promise<void> {
  await client.send(new PutJobSuccessResultCommand({ jobId: job.id, ...result }));
}

export async function fail(client: CodePipelineClient, job: Job, message = "it broke"): Promise<void> {
  const failureDetails = { type: "JobFailed" as const, message };
  await client.send(new PutJobFailureResultCommand({ jobId: job.id, failureDetails }));
}

/** Takes the one job of a type and ends it with success. */
export async function pass(client: CodePipelineClient, ...types: ActionTypeId[]): Promise<void> {
  for (const one of types) await succeed(client, await take(client, one));
}

/** Status of an execution. */
export async function statusOf(
  client: CodePipelineClient,
  pipelineExecutionId: string,
  pipelineName = "app",
) {
  const { pipelineExecution } = await client.send(
    new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
  );
  return pipelineExecution?.status;
}

export async function stageState(client: CodePipelineClient, stageName: string, name = "app") {
  const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
  return stageStates.find((state) => state.stageName === stageName)!;
}

/** Ids that the stage's latest run and its waiting executions have. */
export async function placesOf(client: CodePipelineClient, stageName: string) {
  const { latestExecution, inboundExecutions = [] } = await stageState(client, stageName);
  return {
    inside: latestExecution?.pipelineExecutionId,
    status: latestExecution?.status,
    waiting: inboundExecutions.map(({ pipelineExecutionId }) => pipelineExecutionId),
  };
}
