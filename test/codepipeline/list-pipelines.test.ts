import {
  CreatePipelineCommand,
  ListPipelinesCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pipeline } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

const NAMES = ["b", "A", "a-1", "_x", "a", "B", "a.1"];

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
  for (const name of NAMES)
    await fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }) }));
});
afterAll(() => fixture[Symbol.asyncDispose]());

const list = (input: { maxResults?: number; nextToken?: string } = {}, client = fixture.client) =>
  client.send(new ListPipelinesCommand(input));

describe("ListPipelines (api.md §3, §10)", () => {
  it("answers name, version, type, mode and times of all", async () => {
    await fixture.client.send(
      new UpdatePipelineCommand({ pipeline: pipeline({ name: "a", executionMode: "QUEUED" }) }),
    );
    const { pipelines, nextToken } = await list();
    expect(nextToken).toBeUndefined();
    expect(pipelines?.find(({ name }) => name === "a")).toEqual({
      name: "a",
      version: 2,
      pipelineType: "V2",
      executionMode: "QUEUED",
      created: expect.any(Date),
      updated: expect.any(Date),
    });
  });

  it("goes by name, case-sensitive, page by page", async () => {
    const names: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const { pipelines = [], nextToken } = await list({ maxResults: 3, nextToken: token });
      expect(pipelines.length).toBeLessThanOrEqual(3);
      names.push(...pipelines.map(({ name }) => name));
      token = nextToken;
    } while (token !== undefined);
    expect(names).toEqual(["A", "B", "_x", "a", "a-1", "a.1", "b"]);
  });

  it("is empty where there are none", async () => {
    expect((await list({}, fixture.clientOf("eu-west-1"))).pipelines).toEqual([]);
  });

  it("refuses altered tokens and those of another region or operation", async () => {
    const text =
      "InvalidNextTokenException: The next token was specified in an invalid format. Make sure that the next token you provide is the token returned by a previous call.";
    const { nextToken } = await list({ maxResults: 1 });
    const altered = nextToken!.slice(0, -2) + (nextToken!.endsWith("AA") ? "BB" : "AA");
    expect(await refusal(list({ nextToken: altered }))).toBe(text);
    expect(await refusal(list({ nextToken: "x" }))).toBe(text);
    expect(await refusal(list({ nextToken }, fixture.clientOf("eu-west-1")))).toBe(text);
  });
});
