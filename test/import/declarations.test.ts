import {
  GetPipelineCommand,
  ListPipelineExecutionsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { approval, pipeline, pipelineWith, source, stage } from "../codepipeline/support/declarations.ts";
import { type Importing, importing } from "./support/importing.ts";

let at: Importing;
beforeAll(async () => {
  at = await importing({ worker: false });
});
afterAll(() => at[Symbol.asyncDispose]());

const arnOf = (name: string) => `arn:aws:codepipeline:us-east-1:000000000000:${name}`;
const tagsOf = async (name: string) =>
  (await at.clients.codepipeline.send(new ListTagsForResourceCommand({ resourceArn: arnOf(name) }))).tags;
const pipelineOf = async (name: string) => at.clients.codepipeline.send(new GetPipelineCommand({ name }));

test("what create-pipeline takes becomes a pipeline with its tags", async () => {
  const tags = [{ key: "team", value: "a" }];
  expect(await at.imports({ "a.json": { pipeline: pipeline({ name: "a" }), tags } })).toEqual([
    "+ pipeline a (us-east-1)",
    "1 to create, 0 to update, 0 unchanged, 0 skipped",
  ]);
  expect((await pipelineOf("a")).pipeline).toMatchObject({ name: "a", version: 1 });
  expect(await tagsOf("a")).toEqual(tags);
});

test("what get-pipeline prints can be imported, and nothing changes when it is", async () => {
  const { pipeline, metadata } = await pipelineOf("a");
  expect(await at.imports({ "again.json": { pipeline, metadata } })).toEqual([
    "0 to create, 0 to update, 1 unchanged, 0 skipped",
  ]);
  expect((await pipelineOf("a")).pipeline?.version).toBe(1);
  expect(await tagsOf("a")).toHaveLength(1);
});

test("a bare declaration in YAML is taken, with its numbers and texts as they are written", async () => {
  await at.imports({
    "b.yml": [
      "name: b",
      "roleArn: arn:aws:iam::000000000000:role/pipeline",
      "variables: [{ name: Account, defaultValue: 012345678901 }, { name: Release, defaultValue: 1.10 }]",
      "stages:",
      "  - name: Source",
      "    actions:",
      "      - name: Fetch",
      "        runOrder: 1",
      "        actionTypeId: { category: Source, owner: AWS, provider: CodeCommit, version: 1 }",
      "        configuration: { RepositoryName: app, BranchName: main, PollForSourceChanges: false }",
      "        outputArtifacts: [{ name: Code }]",
      "  - name: Release",
      "    actions:",
      "      - name: Approve",
      "        actionTypeId: { category: Approval, owner: AWS, provider: Manual, version: 1 }",
      "",
    ].join("\n"),
  });
  const { pipeline: made } = await pipelineOf("b");
  expect(made?.variables?.map(({ defaultValue }) => defaultValue)).toEqual(["012345678901", "1.10"]);
  expect(made?.stages?.[0]?.actions?.[0]?.configuration?.PollForSourceChanges).toBe("false");
});

test("what differs is shown by --dry-run, and updated in place without it", async () => {
  const changed = {
    pipeline: pipeline({
      name: "a",
      stages: [
        stage("Source", source()),
        stage("Deploy", approval({ configuration: { CustomData: "look" } })),
      ],
    }),
    tags: [{ key: "team", value: "b" }],
  };
  const said = [
    '    + stages[Deploy].actions[Approve].configuration.CustomData: "look"',
    '    ~ tags.team: "a" → "b"',
  ];
  expect(await at.imports({ "a.json": changed }, { dryRun: true })).toEqual([
    "~ pipeline a (us-east-1)",
    ...said,
    "dry run: 0 to create, 1 to update, 0 unchanged, 0 skipped",
  ]);
  expect((await pipelineOf("a")).pipeline?.version).toBe(1);
  expect(await at.imports({ "a.json": changed })).toEqual([
    "~ pipeline a (us-east-1)",
    "0 to create, 1 to update, 0 unchanged, 0 skipped",
  ]);
  expect((await pipelineOf("a")).pipeline?.version).toBe(2);
  expect(await tagsOf("a")).toEqual([{ key: "team", value: "b" }]);
});

test("tags become what a document says; one that says nothing of them leaves them alone", async () => {
  await at.clients.codepipeline.send(
    new TagResourceCommand({ resourceArn: arnOf("a"), tags: [{ key: "old", value: "1" }] }),
  );
  const { pipeline } = await pipelineOf("a");
  expect(await at.imports({ "a.json": { pipeline } })).toHaveLength(1);
  expect(await tagsOf("a")).toHaveLength(2);
  await at.imports({ "a.json": { pipeline, tags: [{ key: "team", value: "b" }] } });
  expect(await tagsOf("a")).toEqual([{ key: "team", value: "b" }]);
  expect((await pipelineOf("a")).pipeline?.version).toBe(2);
});

test("nothing is changed, not even for the sound files, when one of them can't work", async () => {
  const unknown = approval({
    actionTypeId: { category: "Deploy", owner: "AWS", provider: "Nowhere", version: "1" },
  });
  const failing = at.imports({
    "c.json": pipeline({ name: "c" }),
    "d.json": { ...pipelineWith(unknown), name: "d" },
    "e.json": pipeline({ name: "e", artifactStore: { type: "S3", location: "no-such-bucket" } }),
  });
  await expect(failing).rejects.toThrow(
    /d\.json: InvalidActionDeclarationException: ActionType .*Nowhere.*\n.*e\.json: ValidationException: .*no-such-bucket/,
  );
  await expect(pipelineOf("c")).rejects.toThrow("does not have a pipeline");
});

test.each([
  [
    "a member that isn't known",
    { pipeline: { ...pipeline(), stagse: [] } },
    /x\.json: pipeline: there is no stagse here; there are name, roleArn, stages/,
  ],
  [
    "a member of another type",
    { pipeline: { ...pipeline(), stages: "none" } },
    /x\.json: pipeline: stages: takes a list, got a string/,
  ],
  [
    "a limit of the API",
    { pipeline: { ...pipeline({ name: "no spaces" }) } },
    /x\.json: ValidationException: 1 validation error detected: Value at 'pipeline\.name'/,
  ],
  [
    "asterisks where a secret belongs",
    { pipeline: pipeline(), tags: [{ key: "aws:x", value: "1" }] },
    /x\.json: InvalidTagsException/,
  ],
  ["something else", { hello: 1 }, /x\.json: neither a pipeline declaration/],
  ["no JSON and no YAML", "{ name: [", /x\.json: .* at line 1, column/],
])("%s is told with its place", async (_, content, message) => {
  await expect(at.imports({ "x.json": content })).rejects.toThrow(message);
});

test("the same pipeline in two files is refused", async () => {
  const twice = at.imports({ "1.json": pipeline({ name: "t" }), "2.json": pipeline({ name: "t" }) });
  await expect(twice).rejects.toThrow(/2\.json: pipeline t in us-east-1 is wanted by .*1\.json too/);
});

test("checking starts nothing and keeps nothing", async () => {
  const { codepipeline } = at.clients;
  await at.imports({ "f.json": pipeline({ name: "f" }) }, { dryRun: true });
  await expect(codepipeline.send(new ListPipelineExecutionsCommand({ pipelineName: "f" }))).rejects.toThrow(
    "does not have a pipeline",
  );
});

test.each(["../secret.json", "..", "/../../etc/passwd"])(
  "a cloud assembly reads nothing from outside: %s",
  async (name) => {
    for (const artifact of [
      { type: "aws:cloudformation:stack", properties: { templateFile: name } },
      { type: "cdk:cloud-assembly", properties: { directoryName: name } },
    ])
      await expect(at.imports({ "manifest.json": { artifacts: { artifact } } })).rejects.toThrow(
        `names '${name}', which isn't inside`,
      );
  },
);

test("a cloud assembly that names itself ends", async () => {
  const artifact = { type: "cdk:cloud-assembly", properties: { directoryName: "." } };
  await expect(at.imports({ "manifest.json": { artifacts: { artifact } } })).rejects.toThrow("names '.'");
});
