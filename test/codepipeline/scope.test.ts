/** What belongs to an account and a region, and is nowhere else. */
import {
  CodePipelineClient,
  CreatePipelineCommand,
  GetJobDetailsCommand,
  GetPipelineCommand,
  ListWebhooksCommand,
  PutJobSuccessResultCommand,
  PutWebhookCommand,
  TagResourceCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALLOW_ALL, type Installation, installation, OTHER_ACCOUNT } from "../support/users.ts";
import { pipeline, stage } from "./support/declarations.ts";
import { refusal } from "./support/server.ts";
import { BUILDER, build, createWorked, ORIGIN, pass, take, worked } from "./support/workers.ts";

let here: Installation;
const clients: CodePipelineClient[] = [];
beforeAll(async () => {
  here = await installation();
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await here[Symbol.asyncDispose]();
});

function clientOf(region: string, credentials = here.server.credentials): CodePipelineClient {
  const client = new CodePipelineClient(here.configOf(credentials, region));
  clients.push(client);
  return client;
}

async function aJob(client: CodePipelineClient): Promise<string | undefined> {
  await createWorked(client, worked([stage("Build", build())]));
  await pass(client, ORIGIN);
  return (await take(client, BUILDER)).id;
}

async function refusalsOf(client: CodePipelineClient, jobId: string | undefined): Promise<string[]> {
  return [
    await refusal(client.send(new GetJobDetailsCommand({ jobId }))),
    await refusal(client.send(new PutJobSuccessResultCommand({ jobId }))),
  ];
}
const missing = (jobId: string | undefined) =>
  Array(2).fill(`JobNotFoundException: Job with id '${jobId}' does not exist`);

describe("api.md §2.4: scope", () => {
  it("names are a region's own: of pipelines and of webhooks", async () => {
    const webhook = {
      ...{ name: "hook", targetPipeline: "same", targetAction: "Fetch", filters: [] },
      ...({ authentication: "UNAUTHENTICATED", authenticationConfiguration: {} } as const),
    };
    const urls = new Set<string | undefined>();
    for (const region of ["us-east-1", "eu-west-1"]) {
      const client = clientOf(region);
      await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name: "same" }) }));
      urls.add((await client.send(new PutWebhookCommand({ webhook }))).webhook?.url);
      const { webhooks = [] } = await client.send(new ListWebhooksCommand({}));
      expect(webhooks.map(({ arn }) => arn)).toEqual([
        `arn:aws:codepipeline:${region}:000000000000:webhook:hook`,
      ]);
    }
    expect(urls.size).toBe(2);
  });

  it("a job of another region doesn't exist", async () => {
    const jobId = await aJob(clientOf("ap-south-1"));
    expect(await refusalsOf(clientOf("ap-south-2"), jobId)).toEqual(missing(jobId));
  });

  it("a job of another account doesn't exist (inferred: api.md §2.4)", async () => {
    const jobId = await aJob(clientOf("sa-east-1"));
    const stranger = await here.userWith([ALLOW_ALL], { account: OTHER_ACCOUNT });
    expect(await refusalsOf(clientOf("sa-east-1", stranger), jobId)).toEqual(missing(jobId));
  });
});

describe("api.md §2.1: ARNs in answers", () => {
  it("have partition, region and account of the signed request", async () => {
    const user = await here.userWith([ALLOW_ALL], { account: OTHER_ACCOUNT });
    for (const [credentials, region, arn] of [
      [here.server.credentials, "cn-north-1", "arn:aws-cn:codepipeline:cn-north-1:000000000000:app"],
      [user, "eu-central-1", `arn:aws:codepipeline:eu-central-1:${OTHER_ACCOUNT}:app`],
    ] as const) {
      const client = clientOf(region, credentials);
      await createWorked(client, worked([stage("Build", build())]));
      const { metadata } = await client.send(new GetPipelineCommand({ name: "app" }));
      expect(metadata?.pipelineArn).toBe(arn);
    }
  });

  it.each(["webhook", "actiontype"])("a pipeline may be named '%s', and is tagged as one", async (name) => {
    const client = clientOf("ca-central-1");
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }) }));
    const { metadata } = await client.send(new GetPipelineCommand({ name }));
    const resourceArn = metadata?.pipelineArn;
    await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: "a", value: "1" }] }));
    expect(resourceArn).toMatch(new RegExp(`:${name}$`));
  });
});
