/** More history than a page holds, asked for without maxResults. */
import {
  AcknowledgeJobCommand,
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListRuleExecutionsCommand,
  PollForJobsCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { before, inProduction } from "./support/conditions.ts";
import { approval, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";
import { ORIGIN, registerTypes, start, succeed, worked } from "./support/workers.ts";

let fixture: Fixture;
const RUNS = 21;
beforeAll(async () => {
  fixture = await startServer();
  const { client } = fixture;
  await registerTypes(client);
  const five = [1, 2, 3, 4, 5];
  const rules = five.map((n) => ({ ...inProduction, name: `Rule${n}` }));
  const release = stage("Release", ...five.map((n) => approval({ name: `Approve${n}` })));
  const declaration = worked([before(release, "FAIL", ...rules)], {
    executionMode: "PARALLEL",
    variables: [{ name: "Env", defaultValue: "prod" }],
  });
  await client.send(new CreatePipelineCommand({ pipeline: declaration }));
  for (let run = 1; run < RUNS; run++) await start(client);
  const { jobs = [] } = await client.send(
    new PollForJobsCommand({ actionTypeId: ORIGIN, maxBatchSize: RUNS }),
  );
  for (const job of jobs) {
    await client.send(new AcknowledgeJobCommand({ jobId: job.id, nonce: job.nonce }));
    await succeed(client, job);
  }
  const superseded = worked([stage("Release", approval())], { name: "busy" });
  await client.send(new CreatePipelineCommand({ pipeline: superseded }));
  for (let run = 1; run < 101; run++) await start(client, "busy");
});
afterAll(() => fixture[Symbol.asyncDispose]());

interface Page {
  readonly rows: readonly { startTime?: Date | undefined }[] | undefined;
  readonly nextToken: string | undefined;
}
const LISTS: readonly [
  string,
  number,
  (page: { nextToken?: string; maxResults?: number }) => Promise<Page>,
][] = [
  [
    "ListPipelineExecutions",
    101,
    async (page) => {
      const command = new ListPipelineExecutionsCommand({ pipelineName: "busy", ...page });
      const { pipelineExecutionSummaries: rows, nextToken } = await fixture.client.send(command);
      return { rows, nextToken };
    },
  ],
  [
    "ListActionExecutions",
    6 * RUNS,
    async (page) => {
      const command = new ListActionExecutionsCommand({ pipelineName: "app", ...page });
      const { actionExecutionDetails: rows, nextToken } = await fixture.client.send(command);
      return { rows, nextToken };
    },
  ],
  [
    "ListRuleExecutions",
    5 * RUNS,
    async (page) => {
      const command = new ListRuleExecutionsCommand({ pipelineName: "app", ...page });
      const { ruleExecutionDetails: rows, nextToken } = await fixture.client.send(command);
      return { rows, nextToken };
    },
  ],
];

test.each(LISTS)("api.md §3: %s answers a hundred a page, the newest start first", async (_, count, list) => {
  const first = await list({});
  expect(first.rows).toHaveLength(100);
  // The size may change from page to page.
  const second = await list({ nextToken: first.nextToken!, maxResults: 50 });
  expect(second.rows).toHaveLength(count - 100);
  expect(second.nextToken).toBeUndefined();
  const rows = [...(first.rows ?? []), ...(second.rows ?? [])];
  const times = rows.map(({ startTime }) => startTime!.getTime());
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(count);
  expect(await refusal(list({ maxResults: 101 }))).toContain(
    "Value at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
  );
});
