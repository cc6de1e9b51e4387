import {
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetPipelineCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pipeline } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

const BASE = "arn:aws:codepipeline:us-east-1:000000000000";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
  for (const name of ["app", "full", "raced"]) {
    await fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }) }));
  }
  await fixture.client.send(
    new CreateCustomActionTypeCommand({
      category: "Build",
      provider: "Jenkins",
      version: "1",
      inputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    }),
  );
});
afterAll(() => fixture[Symbol.asyncDispose]());

const tag = (resourceArn: string, tags: Record<string, string>) =>
  fixture.client.send(
    new TagResourceCommand({
      resourceArn,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    }),
  );
const untag = (resourceArn: string, ...tagKeys: string[]) =>
  fixture.client.send(new UntagResourceCommand({ resourceArn, tagKeys }));
const tagsOf = async (resourceArn: string) =>
  (await fixture.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags?.map(
    ({ key, value }) => `${key}=${value}`,
  );

describe("TagResource, UntagResource, ListTagsForResource (api.md §7, §18)", () => {
  it("merge, overwrite, remove; list by key", async () => {
    const arn = `${BASE}:app`;
    expect(await tagsOf(arn)).toEqual([]);
    await tag(arn, { b: "1", a: "1" });
    await tag(arn, { b: "2", c: "" });
    expect(await tagsOf(arn)).toEqual(["a=1", "b=2", "c="]);
    await untag(arn, "a", "nothing");
    await untag(arn);
    expect(await tagsOf(arn)).toEqual(["b=2", "c="]);
  });

  it("touch neither updated nor version", async () => {
    const before = await fixture.client.send(new GetPipelineCommand({ name: "app" }));
    await tag(`${BASE}:app`, { x: "y" });
    const after = await fixture.client.send(new GetPipelineCommand({ name: "app" }));
    expect(after.metadata).toEqual(before.metadata);
    expect(after.pipeline?.version).toBe(before.pipeline?.version);
  });

  it("§2.1 know custom action types by every spelling of their ARN", async () => {
    await tag("arn:aws:codepipeline:us-east-1::actiontype:Custom/Build/Jenkins/1", { a: "1" });
    await tag(`${BASE}:actionType:Custom/Build/Jenkins/1`, { b: "2" });
    expect(await tagsOf(`${BASE}:actiontype:Custom/Build/Jenkins/1`)).toEqual(["a=1", "b=2"]);
  });

  it("count what is there already: 50 at most, all or nothing", async () => {
    const arn = `${BASE}:full`;
    const many = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${from + i}`, "v"]));
    await tag(arn, many(0, 48));
    expect(await refusal(tag(arn, many(47, 4)))).toBe(
      "TooManyTagsException: The tags limit for a resource has been exceeded.",
    );
    expect(await tagsOf(arn)).toHaveLength(48);
    await tag(arn, many(46, 4));
    expect(await tagsOf(arn)).toHaveLength(50);
  });

  it("that come at once never pass the limit together", async () => {
    const arn = `${BASE}:raced`;
    const batch = (name: string) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${name}${i}`, "v"]));
    const all = await Promise.allSettled(["a", "b", "c", "d"].map((name) => tag(arn, batch(name))));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await tagsOf(arn)).toHaveLength(40);
  });

  it.each([
    [`${BASE}:nobody`, "pipeline", "nobody"],
    [`${BASE}:webhook:hook`, "webhook", "hook"],
    [`${BASE}:actiontype:Custom/Build/Other/1`, "custom action type", "Build/Other/1"],
  ])("refuse what isn't there: %s", async (arn, kind, name) => {
    const text = `ResourceNotFoundException: The account with id '000000000000' does not include a ${kind} with the name '${name}'`;
    expect(await refusal(tag(arn, { a: "1" }))).toBe(text);
    expect(await refusal(untag(arn, "a"))).toBe(text);
    expect(await refusal(tagsOf(arn))).toBe(text);
  });

  it.each([
    `${BASE}:app/Stage`,
    "arn:aws:codepipeline:us-east-1:111111111111:app",
    "arn:aws:codepipeline:eu-west-1:000000000000:app",
    `${BASE}:actiontype:AWS/Build/CodeBuild/1`,
  ])("refuse ARNs of nothing that carries tags here: %s", async (arn) => {
    expect(await refusal(tag(arn, { a: "1" }))).toMatch(/^InvalidArnException: /);
    expect(await refusal(tagsOf(arn))).toMatch(/^InvalidArnException: /);
  });

  it("§1.4 refuse an ARN of another form altogether", async () => {
    expect(await refusal(tagsOf("app"))).toMatch(
      /^ValidationException: 1 validation error detected: Value at 'resourceArn' failed to satisfy constraint/,
    );
  });

  it("leave the system's tags alone", async () => {
    const text =
      "InvalidTagsException: Not allowed to modify system tags. System tags start with 'aws:'. msg=[Caller is an end user and not allowed to mutate system tags]";
    expect(await refusal(tag(`${BASE}:app`, { "aws:x": "1" }))).toBe(text);
    expect(await refusal(untag(`${BASE}:app`, "AWS:x"))).toBe(text);
  });
});
