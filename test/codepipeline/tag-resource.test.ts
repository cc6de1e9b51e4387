import { GetPipelineCommand } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { refusal } from "./support/server.ts";
import { BASE, NOTHING_THERE, notThere, taggedThings, UNTAGGABLE } from "./support/tagging.ts";

const { client, tag, tagsOf } = taggedThings("app", "full", "raced");

describe("TagResource (api.md §7, §18)", () => {
  it("adds new keys and overwrites present ones", async () => {
    const arn = `${BASE}:app`;
    await tag(arn, { b: "1", a: "1" });
    await tag(arn, { b: "2", c: "" });
    expect(await tagsOf(arn)).toEqual(["a=1", "b=2", "c="]);
  });

  it("touches neither updated nor version", async () => {
    const before = await client().send(new GetPipelineCommand({ name: "app" }));
    await tag(`${BASE}:app`, { x: "y" });
    const after = await client().send(new GetPipelineCommand({ name: "app" }));
    expect(after.metadata).toEqual(before.metadata);
    expect(after.pipeline?.version).toBe(before.pipeline?.version);
  });

  it("§2.1 knows custom action types by every spelling of their ARN", async () => {
    await tag("arn:aws:codepipeline:us-east-1::actiontype:Custom/Build/Jenkins/1", { a: "1" });
    await tag(`${BASE}:actionType:Custom/Build/Jenkins/1`, { b: "2" });
    expect(await tagsOf(`${BASE}:actiontype:Custom/Build/Jenkins/1`)).toEqual(["a=1", "b=2"]);
  });

  it("counts what is there already: 50 at most, all or nothing", async () => {
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

  it("keeps the limit when calls come at once", async () => {
    const arn = `${BASE}:raced`;
    const batch = (name: string) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${name}${i}`, "v"]));
    const all = await Promise.allSettled(["a", "b", "c", "d"].map((name) => tag(arn, batch(name))));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await tagsOf(arn)).toHaveLength(40);
  });

  it.each(NOTHING_THERE)("refuses what isn't there: %s", async (arn, kind, name) => {
    expect(await refusal(tag(arn, { a: "1" }))).toBe(notThere(kind, name));
  });

  it.each(UNTAGGABLE)("refuses ARNs of nothing that carries tags here: %s", async (arn) => {
    expect(await refusal(tag(arn, { a: "1" }))).toMatch(/^InvalidArnException: /);
  });

  it("leaves the system's tags alone", async () => {
    expect(await refusal(tag(`${BASE}:app`, { "aws:x": "1" }))).toBe(
      "InvalidTagsException: Not allowed to modify system tags. System tags start with 'aws:'. msg=[Caller is an end user and not allowed to mutate system tags]",
    );
  });
});
