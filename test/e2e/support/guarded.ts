/** A pipeline with a guarded stage, run by a whole server with the services outside that its rules ask. */
import {
  CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListRuleExecutionsCommand,
  type PipelineDeclaration,
  type RuleDeclaration,
  type StageDeclaration,
} from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { vi } from "vitest";
import { ROLE, stage } from "../../codepipeline/support/declarations.ts";
import { installation, type Key } from "../../support/users.ts";
import { type Answer, KEYS, type Received, startOutside } from "../../worker/support/outside.ts";
import { zipOf } from "./archive.ts";

const Bucket = "sources";
const S3ObjectKey = "app.zip";

/** What functions do, by their names; all others are fine. */
type Functions = Map<string, (event: FunctionEvent) => Promise<Answer> | Answer>;

interface Placed {
  readonly location: { readonly s3Location: { readonly bucketName: string; readonly objectKey: string } };
}

export interface FunctionEvent {
  readonly id: string;
  readonly data: {
    readonly inputArtifacts: readonly Placed[];
    readonly outputArtifacts: readonly Placed[];
    readonly continuationToken?: string;
    readonly artifactCredentials: Key & { readonly expirationTime: number };
    readonly actionConfiguration: { readonly configuration: Readonly<Record<string, string>> };
  };
}

/** Alarms and queries whose names begin so are on. */
export const ON = "on";

/** @param settings besides those of the services that rules ask */
export async function guardedServer(settings: Readonly<Record<string, string>> = {}) {
  await using stack = new AsyncDisposableStack();
  const functions: Functions = new Map();
  const lambda = stack.use(
    await startOutside((received) => {
      const { event, name } = invoked(received);
      return functions.get(name)?.(event) ?? { body: '"fine"' };
    }),
  );
  const cloudWatch = stack.use(await startOutside(({ body }) => ({ body: described(body) })));
  const prometheus = stack.use(await startOutside(({ body }) => ({ body: vector(body) })));
  const here = stack.use(
    await installation({
      worker: true,
      settings: {
        "endpoint.lambda": lambda.url,
        "credentials.lambda": JSON.stringify(KEYS),
        "endpoint.cloudwatch": cloudWatch.url,
        "credentials.cloudwatch": JSON.stringify(KEYS),
        "endpoint.prometheus": prometheus.url,
        ...settings,
      },
    }),
  );
  const config = here.configOf(here.server.credentials);
  const client = stack.adopt(new CodePipelineClient(config), (made) => made.destroy());
  const s3Of = (credentials: Key) => new S3Client({ ...config, credentials, forcePathStyle: true });
  const s3 = stack.adopt(s3Of(here.server.credentials), (made) => made.destroy());
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: S3ObjectKey, Body: zipOf({ "limit.txt": "5\n" }) }));
  const owned = stack.move();

  return {
    ...here,
    functions,
    lambda,
    cloudWatch,
    client,
    s3Of,
    /** Source (gives Code, and the variables of `source`) → what is guarded; started, and looked at until it ends. */
    async run(name: string, guarded: StageDeclaration) {
      await client.send(new CreatePipelineCommand({ pipeline: declaration(name, guarded) }));
      const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
      const pipelineExecutionId = stageStates[0]?.latestExecution?.pipelineExecutionId;
      const look = async () => {
        const found = await client.send(
          new GetPipelineExecutionCommand({ pipelineName: name, pipelineExecutionId }),
        );
        return found.pipelineExecution;
      };
      // Not expect.poll: of tests that run at the same time it knows only one.
      await vi.waitUntil(async () => (await look())?.status !== "InProgress", {
        timeout: 30_000,
        interval: 30,
      });
      return { execution: await look(), ...(await verdicts(name)) };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };

  /** As both operations show them: `<rule>: <status>`, and why it failed. */
  async function verdicts(name: string) {
    const { ruleExecutionDetails: rows = [] } = await client.send(
      new ListRuleExecutionsCommand({ pipelineName: name }),
    );
    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
    const stageState = stageStates.find(({ stageName }) => stageName === "Guarded");
    return { rows, stageState };
  }
}

function declaration(name: string, guarded: StageDeclaration): PipelineDeclaration {
  return {
    name,
    roleArn: ROLE,
    stages: [
      stage("Source", {
        name: "Fetch",
        actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
        configuration: { S3Bucket: Bucket, S3ObjectKey, PollForSourceChanges: "false" },
        outputArtifacts: [{ name: "Code" }],
        namespace: "source",
      }),
      guarded,
    ],
  };
}

export function rule(
  name: string,
  provider: string,
  configuration: Record<string, string> = {},
  changes: Partial<RuleDeclaration> = {},
): RuleDeclaration {
  return {
    name,
    ruleTypeId: { category: "Rule", owner: "AWS", provider, version: "1" },
    ...(Object.keys(configuration).length > 0 && { configuration }),
    ...changes,
  };
}

export function invoked({ body }: Received): { readonly event: FunctionEvent; readonly name: string } {
  const event = JSON.parse(body)["CodePipeline.job"] as FunctionEvent;
  return { event, name: event.data.actionConfiguration.configuration.FunctionName ?? "" };
}

function described(request: string): string {
  const name = new URLSearchParams(request).get("AlarmNames.member.1") ?? "";
  const state = name.startsWith(ON) ? "ALARM" : "OK";
  return `<DescribeAlarmsResponse><DescribeAlarmsResult><MetricAlarms><member><AlarmName>${name}</AlarmName><StateValue>${state}</StateValue></member></MetricAlarms></DescribeAlarmsResult></DescribeAlarmsResponse>`;
}

function vector(request: string): string {
  const isOn = new URLSearchParams(request).get("query")?.startsWith(ON);
  const result = isOn ? [{ metric: {}, value: [1, "0"] }] : [];
  return JSON.stringify({ status: "success", data: { resultType: "vector", result } });
}
