import {
  ListActionExecutionsCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from "@aws-sdk/client-codepipeline";
import { expect, test } from "vitest";
import { stage } from "../codepipeline/support/declarations.ts";
import { freshPipeline } from "../codepipeline/support/fresh-pipeline.ts";
import { BUILDER, build, ORIGIN, pass, stageState, take, worked } from "../codepipeline/support/workers.ts";

const SECRET = "hunter2-and-more";

const here = freshPipeline(
  worked([stage("Build", build({ configuration: { Project: "app", Token: SECRET } }))]),
);

/** What GetPipelineState and ListActionExecutions tell of it, as text. */
async function shown(): Promise<string> {
  const list = new ListActionExecutionsCommand({ pipelineName: "app" });
  return JSON.stringify([await stageState(here.client, "Build"), await here.client.send(list)]);
}

test("A13 a job worker that quotes its secret in a summary is shown without it, until its end and after", async () => {
  await pass(here.client, ORIGIN);
  const job = await take(here.client, BUILDER);
  expect(job.data?.actionConfiguration?.configuration?.Token).toBe(SECRET);
  const executionDetails = { summary: `logged in with ${SECRET}`, percentComplete: 1 };
  const goOn = { jobId: job.id, continuationToken: "on", executionDetails };
  await here.client.send(new PutJobSuccessResultCommand(goOn));
  expect(await shown()).toContain("logged in with ****");
  const { id: jobId } = await take(here.client, BUILDER);
  await here.client.send(new PutJobSuccessResultCommand({ jobId, executionDetails }));
  expect(await shown()).not.toContain(SECRET);
});

test("A13 a job worker that quotes its secret in what failed is shown without it", async () => {
  await pass(here.client, ORIGIN);
  const { id: jobId } = await take(here.client, BUILDER);
  const failureDetails = { type: "JobFailed" as const, message: `${SECRET} was refused` };
  await here.client.send(new PutJobFailureResultCommand({ jobId, failureDetails }));
  expect(await shown()).toContain("**** was refused");
  expect(await shown()).not.toContain(SECRET);
});
