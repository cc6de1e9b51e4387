import { GetPipelineCommand } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { refusal } from "./support/server.ts";
import { BASE, NOTHING_THERE, notThere, taggedThings, UNTAGGABLE } from "./support/tagging.ts";

const { client, tag, untag, tagsOf } = taggedThings("app");

describe("UntagResource (api.md §7, §18)", () => {
  it("removes keys, passes over unknown ones, and does nothing for none", async () => {
    const arn = `${BASE}:app`;
    await tag(arn, { a: "1", b: "2", c: "3" });
    await untag(arn, "a", "nothing");
    await untag(arn);
    expect(await tagsOf(arn)).toEqual(["b=2", "c=3"]);
  });

  it("touches neither updated nor version", async () => {
    const before = await client().send(new GetPipelineCommand({ name: "app" }));
    await untag(`${BASE}:app`, "b");
    const after = await client().send(new GetPipelineCommand({ name: "app" }));
    expect(after.metadata).toEqual(before.metadata);
    expect(after.pipeline?.version).toBe(before.pipeline?.version);
  });

  it.each(NOTHING_THERE)("refuses what isn't there: %s", async (arn, kind, name) => {
    expect(await refusal(untag(arn, "a"))).toBe(notThere(kind, name));
  });

  it.each(UNTAGGABLE)("refuses ARNs of nothing that carries tags here: %s", async (arn) => {
    expect(await refusal(untag(arn, "a"))).toMatch(/^InvalidArnException: /);
  });

  it("leaves the system's tags alone", async () => {
    expect(await refusal(untag(`${BASE}:app`, "AWS:x"))).toMatch(
      /^InvalidTagsException: Not allowed to modify system tags\./,
    );
  });
});
