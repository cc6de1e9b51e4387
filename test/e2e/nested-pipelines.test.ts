/** Invoke/CodePipeline through the server, the official SDK and a worker over HTTP (P7.8, P7.9, E13.5). */
import {
  type ActionDeclaration,
  CodePipelineClient,
  CreatePipelineCommand,
  DeletePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { JobRefusedError } from "../../src/worker/index.ts";
import { nestedPipeline } from "../../src/worker/providers/nested-pipeline.ts";
import { stage } from "../codepipeline/support/declarations.ts";
import { type Fixture, refusal, startServer } from "../codepipeline/support/server.ts";
import {
  fail,
  ORIGIN,
  pass,
  registerTypes,
  SHIPPER,
  ship,
  statusOf,
  take,
  worked,
} from "../codepipeline/support/workers.ts";
import { scope, type TestHost, testHost } from "../worker/support/host.ts";
import { httpClient } from "../worker/support/release.ts";
import { testWorker } from "../worker/support/worker.ts";

/** Between two looks at the child (P0.4). */
const CONTINUATION = 15_000;
const WAIT = { timeout: 20_000 };

function nested(
  configuration: Record<string, string>,
  changes: Partial<ActionDeclaration> = {},
): ActionDeclaration {
  return {
    name: "Nested",
    actionTypeId: { category: "Invoke", owner: "AWS", provider: "CodePipeline", version: "1" },
    configuration,
    ...changes,
  };
}

/** A pipeline of type V2 whose second stage starts another one. */
function starting(
  name: string,
  configuration: Record<string, string>,
  changes: Partial<PipelineDeclaration> = {},
): PipelineDeclaration {
  return worked([stage("Start", nested(configuration))], { name, pipelineType: "V2", ...changes });
}

const child = worked([stage("Ship", ship())], { name: "child", pipelineType: "V2" });

async function create(aws: CodePipelineClient, pipeline: PipelineDeclaration): Promise<string> {
  await aws.send(new CreatePipelineCommand({ pipeline }));
  const [only] = await executionsOf(aws, pipeline.name!);
  return only!;
}

/** Creates a pipeline and ends the execution that its creation starts, whatever it does behind its source. */
async function idle(aws: CodePipelineClient, pipeline: PipelineDeclaration): Promise<void> {
  const pipelineExecutionId = await create(aws, pipeline);
  const stop = { pipelineName: pipeline.name, pipelineExecutionId, abandon: true };
  await aws.send(new StopPipelineExecutionCommand(stop));
}

/** Newest first. */
async function executionsOf(aws: CodePipelineClient, pipelineName: string): Promise<string[]> {
  const { pipelineExecutionSummaries = [] } = await aws.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries.map(({ pipelineExecutionId }) => pipelineExecutionId!);
}

async function nestedAction(aws: CodePipelineClient, pipelineName: string) {
  const { actionExecutionDetails = [] } = await aws.send(new ListActionExecutionsCommand({ pipelineName }));
  return actionExecutionDetails.find(({ actionName }) => actionName === "Nested");
}

const resultOf = async (aws: CodePipelineClient, name: string) =>
  (await nestedAction(aws, name))?.output?.executionResult;

/** Waits until the action tells of a child; its id. */
function startedBy(aws: CodePipelineClient, name: string): Promise<string> {
  return vi.waitFor(async () => {
    const id = (await resultOf(aws, name))?.externalExecutionId;
    expect(id).toBeDefined();
    return id!;
  }, WAIT);
}

const ends = (aws: CodePipelineClient, executionId: string, name: string, status: string) =>
  vi.waitFor(async () => expect(await statusOf(aws, executionId, name)).toBe(status), WAIT);

/** A server, the custom types that its pipelines are made of, and a child that nothing runs of. */
async function hostWithChild(declaration: PipelineDeclaration = child) {
  const host = await testHost();
  const aws = new CodePipelineClient({
    endpoint: host.url,
    region: scope.region,
    credentials: host.credentials,
  });
  onTestFinished(() => aws.destroy());
  await registerTypes(aws);
  await idle(aws, declaration);
  return { host, aws };
}

/** Time for the next look. */
async function later({ core, advance }: TestHost): Promise<void> {
  advance(CONTINUATION);
  await core.commands.fireTimers();
}

describe("an action that starts another pipeline (P7.8, P7.9)", () => {
  it("waits until the child has ended, and has its id and variables (E4.7, E4.11)", async () => {
    const { host, aws } = await hostWithChild({
      ...child,
      variables: [
        { name: "Flavor", defaultValue: "plain" },
        { name: "Size", defaultValue: "large" },
      ],
    });
    await testWorker(httpClient(host), [nestedPipeline]);
    const configuration = {
      PipelineName: "child",
      Variables: '[{"name":"Flavor","value":"#{variables.Taste}"}]',
    };
    const parent = await create(
      aws,
      worked(
        [
          stage("Start", nested(configuration, { namespace: "inner" })),
          stage(
            "Ship",
            ship({ configuration: { Note: "#{inner.ExecutionId} #{inner.Flavor} #{inner.Size}" } }),
          ),
        ],
        {
          name: "parent",
          pipelineType: "V2",
          variables: [{ name: "Taste", defaultValue: 'sweet "and" sour' }],
        },
      ),
    );
    await pass(aws, ORIGIN);
    const childId = await startedBy(aws, "parent");
    expect(await executionsOf(aws, "child")).toEqual([childId, expect.any(String)]);
    const { pipelineExecution } = await aws.send(
      new GetPipelineExecutionCommand({ pipelineName: "child", pipelineExecutionId: childId }),
    );
    expect(pipelineExecution).toMatchObject({
      status: "InProgress",
      trigger: {
        triggerType: "StartPipelineExecution",
        triggerDetail: "arn:aws:codepipeline:us-east-1:000000000000:parent/Start/Nested",
      },
      variables: [
        { name: "Flavor", resolvedValue: 'sweet "and" sour' },
        { name: "Size", resolvedValue: "large" },
      ],
    });

    await pass(aws, ORIGIN);
    await later(host);
    await vi.waitFor(async () => {
      const detail = await nestedAction(aws, "parent");
      expect(detail?.status).toBe("InProgress");
      const jobs = await host.core.store.read.selectFrom("job").select(["status"]).execute();
      expect(jobs.map(({ status }) => status)).toContain("Created");
    }, WAIT);
    await pass(aws, SHIPPER);
    await ends(aws, childId, "child", "Succeeded");
    await later(host);
    const shipped = await vi.waitFor(() => take(aws, SHIPPER), WAIT);
    expect(shipped.data?.actionConfiguration?.configuration?.Note).toBe(`${childId} sweet "and" sour large`);
    expect(await nestedAction(aws, "parent")).toMatchObject({
      status: "Succeeded",
      output: {
        outputVariables: { ExecutionId: childId, Flavor: 'sweet "and" sour', Size: "large" },
        executionResult: {
          externalExecutionId: childId,
          externalExecutionSummary: `Pipeline execution ${childId} of child is Succeeded`,
        },
      },
    });
    expect(await statusOf(aws, parent, "parent")).toBe("InProgress");
  });

  it("fails as the child does, and a retry starts another", async () => {
    const { host, aws } = await hostWithChild();
    await testWorker(httpClient(host), [nestedPipeline]);
    const parent = await create(aws, starting("parent", { PipelineName: "child" }));
    await pass(aws, ORIGIN);
    const childId = await startedBy(aws, "parent");
    await fail(aws, await take(aws, ORIGIN));
    await later(host);
    await ends(aws, parent, "parent", "Failed");
    expect(await resultOf(aws, "parent")).toMatchObject({
      externalExecutionId: childId,
      errorDetails: {
        code: "JobFailed",
        message: `Pipeline execution ${childId} of child ended as Failed`,
      },
    });
    await aws.send(
      new RetryStageExecutionCommand({
        pipelineName: "parent",
        stageName: "Start",
        pipelineExecutionId: parent,
        retryMode: "FAILED_ACTIONS",
      }),
    );
    const another = await startedBy(aws, "parent");
    expect(await executionsOf(aws, "child")).toEqual([another, childId, expect.any(String)]);
  });

  it("fails at its next look when the child is deleted meanwhile", async () => {
    const { host, aws } = await hostWithChild();
    await testWorker(httpClient(host), [nestedPipeline]);
    const parent = await create(aws, starting("parent", { PipelineName: "child" }));
    await pass(aws, ORIGIN);
    const childId = await startedBy(aws, "parent");
    await aws.send(new DeletePipelineCommand({ name: "child" }));
    await later(host);
    await ends(aws, parent, "parent", "Failed");
    expect((await resultOf(aws, "parent"))?.errorDetails).toEqual({
      code: "JobFailed",
      message: `Pipeline execution ${childId} of child is not there any more: the pipeline was deleted`,
    });
  });

  it("leaves the child alone when the parent is stopped (P0.13)", async () => {
    const { host, aws } = await hostWithChild();
    await testWorker(httpClient(host), [nestedPipeline]);
    const parent = await create(aws, starting("parent", { PipelineName: "child" }));
    await pass(aws, ORIGIN);
    const childId = await startedBy(aws, "parent");
    const stop = { pipelineName: "parent", pipelineExecutionId: parent, abandon: true };
    await aws.send(new StopPipelineExecutionCommand(stop));
    await ends(aws, parent, "parent", "Stopped");
    await pass(aws, ORIGIN, SHIPPER);
    expect(await statusOf(aws, childId, "child")).toBe("Succeeded");
  });

  it("E13.5 starts the child once, though its worker dies right after", async () => {
    const { host, aws } = await hostWithChild();
    const dying = httpClient(host);
    const parent = await create(aws, starting("parent", { PipelineName: "child" }));
    await pass(aws, ORIGIN);
    const type = nestedPipeline.declaration.id;
    const request = { workerId: "dying", actionTypeIds: [type], maxBatchSize: 1, waitSeconds: 20 };
    const [job] = await dying.poll(request, new AbortController().signal);
    await dying.acknowledge(job!.id, job!.nonce);
    const nothing = { variables: [], sourceRevisions: [] };
    const start = () => dying.startChild(job!.id, nothing);
    const [first, ...repeated] = await Promise.all([start(), start(), start()]);
    expect(repeated).toEqual([first, first]);

    host.advance(61_000);
    await host.core.jobs.expireLeases();
    await expect(start()).rejects.toBeInstanceOf(JobRefusedError);
    await testWorker(httpClient(host), [nestedPipeline]);
    const childId = await startedBy(aws, "parent");
    expect(first).toEqual({ child: { executionId: childId, status: "InProgress", variables: {} } });
    expect(await executionsOf(aws, "child")).toHaveLength(2);
    await pass(aws, ORIGIN, SHIPPER);
    await later(host);
    await ends(aws, parent, "parent", "Succeeded");
    expect(await executionsOf(aws, "child")).toHaveLength(2);
  });

  it("ends once the child is started where the operator has set nested.wait to false", async () => {
    await using fixture = await startServer({ worker: true, settings: { "nested.wait": "false" } });
    const { client: aws } = fixture;
    await registerTypes(aws);
    await idle(aws, child);
    const parent = await create(aws, starting("parent", { PipelineName: "child" }));
    await pass(aws, ORIGIN);
    await ends(aws, parent, "parent", "Succeeded");
    const childId = (await resultOf(aws, "parent"))?.externalExecutionId;
    expect(await statusOf(aws, childId!, "child")).toBe("InProgress");
  });
});

/** So many pipelines that start each other, the last one `parent`. */
function chain(length: number): PipelineDeclaration[] {
  return Array.from({ length }, (_, at) =>
    starting(`inner${at + 1}`, { PipelineName: at + 1 === length ? "parent" : `inner${at + 2}` }),
  );
}

/** For what needs no time to pass: one server with its own worker, a region a test. */
let shared: Fixture;
beforeAll(async () => {
  shared = await startServer({ worker: true });
});
afterAll(() => shared[Symbol.asyncDispose]());

async function freshChild(): Promise<CodePipelineClient> {
  const aws = shared.freshClient();
  await registerTypes(aws);
  await idle(aws, child);
  return aws;
}

describe("an action that can't start its pipeline", () => {
  async function failureOf(configuration: Record<string, string>, others: PipelineDeclaration[] = []) {
    const aws = await freshChild();
    for (const other of others) await idle(aws, other);
    const parent = await create(aws, starting("parent", configuration));
    await pass(aws, ORIGIN);
    await ends(aws, parent, "parent", "Failed");
    expect(await executionsOf(aws, "child")).toHaveLength(1);
    const { code, message } = (await resultOf(aws, "parent"))?.errorDetails ?? {};
    return `${code}: ${message}`;
  }

  it("is told that there is no such pipeline", async () => {
    expect(await failureOf({ PipelineName: "nobody" })).toBe(
      "ConfigurationError: Account '000000000000' does not have a pipeline with name 'nobody'",
    );
  });

  it("is told that the other pipeline is full (E2.12)", async () => {
    await using full = await startServer({ worker: true, maxConcurrentExecutions: 1 });
    const { client: aws } = full;
    await registerTypes(aws);
    const running = await create(aws, { ...child, executionMode: "QUEUED" });
    await pass(aws, ORIGIN);
    const parent = await create(aws, starting("parent", { PipelineName: "child" }));
    await pass(aws, ORIGIN);
    await ends(aws, parent, "parent", "Failed");
    expect((await resultOf(aws, "parent"))?.errorDetails).toEqual({
      code: "SystemUnavailable",
      message:
        "Pipeline 'child' has 1 executions in progress, the most that may run at once. Wait until one of them has ended, or stop one.",
    });
    expect(await executionsOf(aws, "child")).toEqual([running]);
  });

  it("is told what is wrong with its variables and revisions, as a caller would be", async () => {
    expect(await failureOf({ PipelineName: "child", Variables: '[{"name":"a b","value":"1"}]' })).toMatch(
      /^ConfigurationError: 1 validation error detected: Value at 'variables\.1\.member\.name' failed to satisfy/,
    );
    const SourceRevisions = '[{"actionName":"Fetch","revisionType":"COMMIT_ID","revisionValue":"c0ffee"}]';
    expect(await failureOf({ PipelineName: "child", SourceRevisions })).toBe(
      "ConfigurationError: The revision type COMMIT_ID cannot be used with the source action 'Fetch' of provider Origin. It takes no overrides.",
    );
  });

  it.each([
    ["at once", "parent", []],
    ["through another", "inner", [starting("inner", { PipelineName: "parent" })]],
    ["through nine others", "inner1", chain(9)],
  ])("is told that the pipeline would start itself, %s", async (_how, PipelineName, others) => {
    expect(await failureOf({ PipelineName }, others)).toBe(
      "ConfigurationError: Pipeline parent would start itself",
    );
  });

  it("is told so where only a variable says which pipeline it is", async () => {
    const aws = await freshChild();
    const variables = [{ name: "Next", defaultValue: "parent" }];
    await idle(aws, starting("inner", { PipelineName: "#{variables.Next}" }, { variables }));
    const parent = await create(aws, starting("parent", { PipelineName: "inner" }));
    await pass(aws, ORIGIN);
    const inner = await startedBy(aws, "parent");
    await pass(aws, ORIGIN);
    await ends(aws, inner, "inner", "Failed");
    expect((await resultOf(aws, "inner"))?.errorDetails).toEqual({
      code: "ConfigurationError",
      message: "Pipeline parent would start itself",
    });
    expect(await executionsOf(aws, "parent")).toEqual([parent]);
    await aws.send(
      new StartPipelineExecutionCommand({ name: "inner", variables: [{ name: "Next", value: "child" }] }),
    );
    await pass(aws, ORIGIN);
    await vi.waitFor(async () => expect(await executionsOf(aws, "child")).toHaveLength(2), WAIT);
  });
});

it("a job of another type starts no pipeline, and reads of none", async () => {
  const { host, aws } = await hostWithChild();
  await create(aws, starting("parent", { PipelineName: "child" }));
  const { id } = await take(aws, ORIGIN);
  const jobs = httpClient(host);
  const [childId] = await executionsOf(aws, "child");
  for (const call of [
    () => jobs.startChild(id!, { variables: [], sourceRevisions: [] }),
    () => jobs.describeChild(id!, childId!),
  ])
    await expect(call()).rejects.toMatchObject({ name: "JobRefusedError", code: "JobNotFoundException" });
  expect(await executionsOf(aws, "child")).toHaveLength(1);
});

describe("what a pipeline may say of one that it starts (P7.8)", () => {
  it.each([
    [{}, "Action configuration for action 'Nested' is missing required configuration 'PipelineName'"],
    [
      { PipelineName: "child", Variables: "Flavor=sour" },
      "Variables of action 'Nested' is not a JSON array of name and value",
    ],
    [
      { PipelineName: "child", SourceRevisions: '[{"actionName":"Fetch"}]' },
      "SourceRevisions of action 'Nested' is not a JSON array of actionName, revisionType and revisionValue",
    ],
  ])("is refused when it is created: %j", async (configuration, message) => {
    const aws = await freshChild();
    const pipeline = starting("parent", configuration);
    expect(await refusal(aws.send(new CreatePipelineCommand({ pipeline })))).toBe(
      `InvalidActionDeclarationException: ${message}`,
    );
  });

  it("may be a variable of another action's as a whole", async () => {
    const aws = await freshChild();
    const pipeline = starting(
      "parent",
      { PipelineName: "#{variables.Which}", Variables: "#{variables.All}" },
      { variables: [{ name: "Which" }, { name: "All" }] },
    );
    await aws.send(new CreatePipelineCommand({ pipeline }));
  });

  it("needs a pipeline of type V2", async () => {
    const aws = await freshChild();
    const pipeline = starting("parent", { PipelineName: "child" }, { pipelineType: "V1" });
    expect(await refusal(aws.send(new CreatePipelineCommand({ pipeline })))).toMatch(
      /^InvalidActionDeclarationException: .*V2/,
    );
  });
});
