/** Tags of CreatePipeline and CreateCustomActionType (api.md §7). */
import {
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  DeleteCustomActionTypeCommand,
  GetPipelineCommand,
  ListActionTypesCommand,
  ListTagsForResourceCommand,
  type Tag,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pipeline } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";
import { BASE } from "./support/tagging.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const createPipeline = (name: string, tags: Tag[] | undefined) =>
  fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }), tags }));
const createType = (provider: string, tags: Tag[] | undefined) =>
  fixture.client.send(
    new CreateCustomActionTypeCommand({
      category: "Build",
      provider,
      version: "1",
      inputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
      tags,
    }),
  );
const tagsOf = async (resource: string) =>
  (await fixture.client.send(new ListTagsForResourceCommand({ resourceArn: `${BASE}:${resource}` }))).tags;

const SYSTEM =
  "InvalidTagsException: Not allowed to modify system tags. System tags start with 'aws:'. msg=[Caller is an end user and not allowed to mutate system tags]";
const many = (count: number) => Array.from({ length: count }, (_, at) => ({ key: `k${at}`, value: "" }));

const REFUSED: [string, Tag[], string | RegExp][] = [
  ["a key that begins with aws:", [{ key: "AWS:owner", value: "me" }], SYSTEM],
  ["a value that begins with aws:", [{ key: "owner", value: "aws:me" }], SYSTEM],
  [
    "a key given twice",
    [
      { key: "a", value: "1" },
      { key: "a", value: "1" },
    ],
    "InvalidTagsException: The tag key 'a' was given more than once. Tag keys must be unique.",
  ],
  ["a forbidden character", [{ key: "a", value: "1;2" }], /^InvalidTagsException: The tag text '1;2'/],
  ["51 tags", many(51), "TooManyTagsException: The tags limit for a resource has been exceeded."],
];

describe("CreatePipeline", () => {
  it("keeps up to 50 tags, empty values and keys that differ by case alone", async () => {
    const tags = [...many(48), { key: "Team", value: "a b" }, { key: "team", value: "c+d=e@f/g:h" }];
    expect((await createPipeline("tagged", tags)).tags).toEqual(tags);
    expect(await tagsOf("tagged")).toEqual(tags.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
    expect(await createPipeline("plain", [])).not.toHaveProperty("tags");
  });

  it.each(REFUSED)("refuses %s, and no pipeline is made", async (_, tags, message) => {
    expect(await refusal(createPipeline("refused", tags))).toMatch(message);
    const get = fixture.client.send(new GetPipelineCommand({ name: "refused" }));
    expect(await refusal(get)).toMatch(/^PipelineNotFoundException: /);
  });
});

describe("CreateCustomActionType", () => {
  it("keeps tags; deleting the type deletes them", async () => {
    const tags = [{ key: "team", value: "ci" }];
    expect((await createType("Tagged", tags)).tags).toEqual(tags);
    expect(await tagsOf("actiontype:Custom/Build/Tagged/1")).toEqual(tags);
    await fixture.client.send(
      new DeleteCustomActionTypeCommand({ category: "Build", provider: "Tagged", version: "1" }),
    );
    expect(await createType("Tagged", undefined)).not.toHaveProperty("tags");
    expect(await tagsOf("actiontype:Custom/Build/Tagged/1")).toEqual([]);
  });

  it.each(REFUSED)("refuses %s, and no type is made", async (_, tags, message) => {
    expect(await refusal(createType("Refused", tags))).toMatch(message);
    const { actionTypes = [] } = await fixture.client.send(
      new ListActionTypesCommand({ actionOwnerFilter: "Custom" }),
    );
    expect(actionTypes.some(({ id }) => id?.provider === "Refused")).toBe(false);
  });
});
