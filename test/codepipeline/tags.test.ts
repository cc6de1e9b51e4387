import * as schemas from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { checkTagKeys, checkTags, tagList } from "../../src/services/codepipeline/tags.ts";

const refused = (tags: { key: string; value: string }[]) => {
  try {
    checkTags(tags);
    return undefined;
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message };
  }
};
const SYSTEM =
  "Not allowed to modify system tags. System tags start with 'aws:'. msg=[Caller is an end user and not allowed to mutate system tags]";

describe("api.md §7: tags", () => {
  it("take letters, digits and spaces of any script, and some punctuation", () => {
    expect(checkTags([{ key: "größe 大 +-=._:/@", value: "" }])).toEqual({ "größe 大 +-=._:/@": "" });
    expect(checkTags(undefined)).toEqual({});
  });

  it.each([
    { key: "aws:x", value: "" },
    { key: "AWS:x", value: "" },
    { key: "x", value: "aws:y" },
  ])("don't begin with aws: %j", (tag) => {
    expect(refused([tag])).toEqual({ code: "InvalidTagsException", message: SYSTEM });
  });

  it("refuse other characters", () => {
    expect(refused([{ key: "a*b", value: "" }])).toMatchObject({ code: "InvalidTagsException" });
    expect(refused([{ key: "a", value: "<b>" }])).toMatchObject({ code: "InvalidTagsException" });
  });

  it("have unique keys, case counting (inferred: api.md §19.2)", () => {
    expect(
      refused([
        { key: "a", value: "1" },
        { key: "a", value: "2" },
      ]),
    ).toMatchObject({ code: "InvalidTagsException", message: expect.stringContaining("'a'") });
    expect(
      refused([
        { key: "a", value: "1" },
        { key: "A", value: "2" },
      ]),
    ).toBeUndefined();
  });

  it("are 50 at most", () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: "" }));
    expect(refused(many(50))).toBeUndefined();
    expect(refused(many(51))).toEqual({
      code: "TooManyTagsException",
      message: "The tags limit for a resource has been exceeded.",
    });
  });

  it("have no error of their own for an organisation's policy (inferred: api.md §7)", () => {
    const errors = Object.keys(schemas).filter((name) => /Tag.*Exception\$$/.test(name));
    expect(errors.sort()).toEqual(["InvalidTagsException$", "TooManyTagsException$"]);
  });

  it("of the system can't be removed", () => {
    expect(() => checkTagKeys(["a", "aws:b"])).toThrowError(SYSTEM);
  });

  it("names like those of object members are tags like others", () => {
    const tags = checkTags([
      { key: "__proto__", value: "1" },
      { key: "constructor", value: "2" },
    ]);
    expect(Object.entries(tags)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });

  it("§3 are listed by key", () => {
    expect(
      tagList([
        { key: "b", value: "1" },
        { key: "B", value: "2" },
        { key: "a", value: "3" },
      ]).map(({ key }) => key),
    ).toEqual(["B", "a", "b"]);
  });
});
