import type { PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/services/codepipeline/compile.ts";
import { jenkins, normalized, SCOPE, typesWith } from "./support/checking.ts";
import { approval, pipeline, pipelineWith, source, stage } from "./support/declarations.ts";

const compiled = (given: PipelineDeclaration) => compile(normalized(given), SCOPE, typesWith(jenkins));
const custom = {
  name: "Work",
  actionTypeId: { category: "Build", owner: "Custom", provider: "Jenkins", version: "1" },
  configuration: { ProjectName: "app" },
} as const;

describe("a declaration as the engine sees it", () => {
  it("names pipeline, scope, mode, variables and stages", () => {
    const { definition } = compiled(
      pipeline({ executionMode: "QUEUED", variables: [{ name: "A", defaultValue: "" }, { name: "B" }] }),
    );
    expect(definition).toMatchObject({
      pipelineName: "app",
      account: "000000000000",
      region: "us-east-1",
      mode: "QUEUED",
      variables: [{ name: "A", defaultValue: "" }, { name: "B" }],
      stages: [{ name: "Source" }, { name: "Deploy" }],
    });
    expect(definition.variables[1]).not.toHaveProperty("defaultValue");
  });

  it("fills in region and runOrder of actions", () => {
    expect(compiled(pipeline()).definition.stages[0]?.actions[0]).toEqual({
      name: "Fetch",
      runOrder: 1,
      type: { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" },
      configuration: { RepositoryName: "app", BranchName: "main", PollForSourceChanges: "false" },
      inputs: [],
      outputs: [{ name: "Code" }],
      region: "us-east-1",
      timeoutMinutes: 60,
    });
  });

  it.each([
    ["its own", { ...custom, timeoutInMinutes: 7 }, 7],
    ["a custom type's", custom, 24 * 60],
    ["its type's", approval(), 7 * 24 * 60],
  ])("E10 an action has %s time-out", (_, action, minutes) => {
    expect(compiled(pipelineWith(action)).definition.stages[1]?.actions[0]?.timeoutMinutes).toBe(minutes);
  });

  it("knows the artifact stores by region", () => {
    const key = { id: "alias/k", type: "KMS" as const };
    const store = { type: "S3" as const, location: "mine", encryptionKey: key };
    expect(compiled(pipeline()).definition.stores).toEqual({
      "us-east-1": { bucket: "millrace-artifacts-000000000000-us-east-1" },
    });
    const here = { "us-east-1": { bucket: "mine", encryptionKey: key } };
    expect(compiled(pipeline({ artifactStore: store })).definition.stores).toEqual(here);
    expect(compiled(pipeline({ artifactStores: { "us-east-1": store } })).definition.stores).toEqual(here);
  });
});

describe("E13: sources whose changes start the pipeline", () => {
  const bindings = (...actions: Parameters<typeof stage>[1][]) =>
    compiled(pipeline({ stages: [stage("Source", ...actions), stage("D", approval())] })).bindings;
  const repository = { RepositoryName: "app", BranchName: "main" };

  it("are CodeCommit branches and S3 objects", () => {
    const object = source({
      name: "Object",
      actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
      configuration: { S3Bucket: "b", S3ObjectKey: "k.zip", PollForSourceChanges: "no" },
    });
    const other = {
      ...custom,
      name: "Other",
      actionTypeId: { ...custom.actionTypeId, category: "Source" as const },
    };
    const types = typesWith({ ...jenkins, id: other.actionTypeId });
    const given = normalized(
      pipeline({ stages: [stage("Source", source(), object, other), stage("D", approval())] }),
    );
    expect(compile(given, SCOPE, types).bindings).toEqual([
      { action: "Fetch", provider: "CodeCommit", container: "app", item: "main", polls: false },
      { action: "Object", provider: "S3", container: "b", item: "k.zip", polls: false },
    ]);
  });

  it.each([
    [{}, true],
    [{ PollForSourceChanges: "TRUE" }, true],
    [{ PollForSourceChanges: "false" }, false],
    [{ PollForSourceChanges: "1" }, false],
  ])("§5.3 poll when %j: %s", (changes, polls) => {
    expect(bindings(source({ configuration: { ...repository, ...changes } }))[0]?.polls).toBe(polls);
  });
});
