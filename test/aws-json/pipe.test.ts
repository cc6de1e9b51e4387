import { DeletePipelineCommand, ListPipelinesCommand } from "@aws-sdk/client-codepipeline";
import { expect, test } from "vitest";
import { onAnything } from "../../src/services/aws-json/authorization.ts";
import { operation } from "../../src/services/aws-json/operation.ts";
import { startPipe } from "./pipe-server.ts";

const listPipelines = operation("ListPipelines", {
  authorization: onAnything,
  handle: async () => ({ pipelines: [{ name: "web", created: new Date(1_790_862_132_450), unknown: 1 }] }),
});

const deletePipeline = operation<{ name?: string }, void>("DeletePipeline", {
  authorization: ({ name }, { scope }) => [
    { resource: `arn:aws:codepipeline:${scope.region}:${scope.account}:${name}` },
  ],
  handle: async () => {},
});

test("a signed call of the SDK goes down the pipe and its answer comes up", async () => {
  await using server = await startPipe([listPipelines]);
  const { pipelines, $metadata } = await server.client.send(new ListPipelinesCommand({}));
  expect(pipelines).toEqual([{ name: "web", created: new Date(1_790_862_132_450) }]);
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test("api.md §1.2: an operation without output answers an empty body", async () => {
  await using server = await startPipe([deletePipeline]);
  const { $metadata } = await server.client.send(new DeletePipelineCommand({ name: "web" }));
  expect($metadata.httpStatusCode).toBe(200);
});
