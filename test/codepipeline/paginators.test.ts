/** The SDK's own paginators (api.md §3, §19): each ends, and brings everything once, whatever the page. */
import * as sdk from "@aws-sdk/client-codepipeline";
import { beforeEach, expect, test } from "vitest";
import { approval, stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { fetch, start, worked } from "./support/workers.ts";

const here = freshPipeline(worked([stage("Release", approval())]));
const pipelineName = "app";

beforeEach(async () => {
  for (let at = 0; at < 3; at++) await start(here.client);
  for (const name of ["a", "b"])
    await here.client.send(
      new sdk.CreatePipelineCommand({
        pipeline: worked([], { name, stages: [stage("Source", fetch()), stage("Release", approval())] }),
      }),
    );
});

type Page = Readonly<Record<string, unknown>>;
type Paginator = (
  config: { client: sdk.CodePipelineClient; pageSize?: number },
  input: never,
) => AsyncIterable<unknown>;

interface Asked {
  readonly input?: () => Promise<object> | object;
  /** The member that holds the list. */
  readonly list: string;
  /** How many there are. */
  readonly count: number;
}

/** By the paginator's name; every one that the SDK has. */
const PAGINATORS: Readonly<Record<string, Asked>> = {
  paginateListActionExecutions: { input: () => ({ pipelineName }), list: "actionExecutionDetails", count: 1 },
  paginateListActionTypes: { input: () => ({ actionOwnerFilter: "Custom" }), list: "actionTypes", count: 3 },
  paginateListDeployActionExecutionTargets: {
    input: async () => ({ actionExecutionId: await anActionExecution() }),
    list: "targets",
    count: 0,
  },
  paginateListPipelineExecutions: {
    input: () => ({ pipelineName }),
    list: "pipelineExecutionSummaries",
    count: 4,
  },
  paginateListPipelines: { list: "pipelines", count: 3 },
  paginateListRuleExecutions: { input: () => ({ pipelineName }), list: "ruleExecutionDetails", count: 0 },
  paginateListTagsForResource: {
    input: async () => ({
      resourceArn: `arn:aws:codepipeline:${await here.client.config.region()}:000000000000:app`,
    }),
    list: "tags",
    count: 0,
  },
  paginateListWebhooks: { list: "webhooks", count: 0 },
};

async function anActionExecution() {
  const command = new sdk.ListActionExecutionsCommand({ pipelineName });
  return (await here.client.send(command)).actionExecutionDetails?.[0]?.actionExecutionId;
}

const exported = new Map(Object.entries(sdk).filter(([name]) => name.startsWith("paginate")));

test("there is no other paginator", () => {
  expect([...exported.keys()].sort()).toEqual(Object.keys(PAGINATORS).sort());
});

test.each(Object.entries(PAGINATORS))("%s", async (name, { input = () => ({}), list, count }) => {
  const paginate = exported.get(name) as Paginator;
  const request = (await input()) as never;
  const all = async (pageSize?: number) => {
    const config = { client: here.client, ...(pageSize !== undefined && { pageSize }) };
    const pages = (await Array.fromAsync(paginate(config, request))) as Page[];
    return pages.flatMap((page) => page[list] as unknown[]);
  };
  const once = await all();
  expect(once).toHaveLength(count);
  expect(await all(1)).toEqual(once);
});
