import { describe, expect, it } from "vitest";
import { refusal } from "./support/server.ts";
import { BASE, NOTHING_THERE, notThere, taggedThings, UNTAGGABLE } from "./support/tagging.ts";

const { tag, list } = taggedThings("app", "bare");

describe("ListTagsForResource (api.md §3, §7, §18)", () => {
  it("shows all in one page by key, whatever page is asked for", async () => {
    await tag(`${BASE}:app`, { b: "1", B: "2", a: "3" });
    const { $metadata, ...answer } = await list(`${BASE}:app`, { maxResults: 1, nextToken: "any" });
    expect(answer).toEqual({
      tags: [
        { key: "B", value: "2" },
        { key: "a", value: "3" },
        { key: "b", value: "1" },
      ],
    });
  });

  it("shows an empty list where there are none", async () => {
    expect((await list(`${BASE}:bare`)).tags).toEqual([]);
  });

  it.each(NOTHING_THERE)("refuses what isn't there: %s", async (arn, kind, name) => {
    expect(await refusal(list(arn))).toBe(notThere(kind, name));
  });

  it.each(UNTAGGABLE)("refuses ARNs of nothing that carries tags here: %s", async (arn) => {
    expect(await refusal(list(arn))).toMatch(/^InvalidArnException: /);
  });

  it("§1.4 refuses an ARN of another form altogether", async () => {
    expect(await refusal(list("app"))).toMatch(
      /^ValidationException: 1 validation error detected: Value at 'resourceArn' failed to satisfy constraint/,
    );
  });
});
