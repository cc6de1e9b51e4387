import type { ActionDeclaration, PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { normalized } from "./support/checking.ts";
import { approval, codeBuild, pipeline, pipelineWith, source, stage } from "./support/declarations.ts";

describe("api.md §4: what comes back of a declaration", () => {
  it("fills in the defaults and nothing else", () => {
    const { stages, ...rest } = normalized(pipeline());
    expect(rest).toEqual({
      name: "app",
      roleArn: "arn:aws:iam::000000000000:role/pipeline",
      executionMode: "SUPERSEDED",
      pipelineType: "V2",
    });
    expect(stages[1]).toEqual({
      name: "Deploy",
      actions: [
        {
          name: "Approve",
          actionTypeId: { category: "Approval", owner: "AWS", provider: "Manual", version: "1" },
          runOrder: 1,
          configuration: {},
          inputArtifacts: [],
          outputArtifacts: [],
        },
      ],
    });
  });

  it("ignores a version in the request", () => {
    expect(normalized(pipeline({ version: 77 }))).not.toHaveProperty("version");
  });

  it("sorts the keys of configurations and leaves values alone", () => {
    const action = codeBuild({ configuration: { ProjectName: " app\n", EnvironmentVariables: "[]" } });
    const configuration = normalized(pipelineWith(action)).stages[1]?.actions[0]?.configuration;
    expect(Object.entries(configuration ?? {})).toEqual([
      ["EnvironmentVariables", "[]"],
      ["ProjectName", " app\n"],
    ]);
  });

  it("keeps what was given, in order", () => {
    const given = pipeline({
      variables: [
        { name: "B", description: "b" },
        { name: "A", defaultValue: "" },
      ],
      stages: [
        { ...stage("Source", source({ runOrder: 3, namespace: "Src", region: "us-east-1" })), blockers: [] },
        stage("Deploy", approval({ timeoutInMinutes: 10 })),
      ],
    });
    expect(normalized(given)).toMatchObject(given);
  });
});

describe("api.md §4.1: pipelineType", () => {
  it.each([
    ["given", pipeline({ pipelineType: "V1" }), "V2", "V1"],
    ["omitted on create", pipeline(), undefined, "V2"],
    ["omitted on update", pipeline(), "V1", "V1"],
    ["omitted with variables", pipeline({ variables: [{ name: "A" }] }), "V1", "V2"],
    ["omitted with a mode", pipeline({ executionMode: "QUEUED" }), "V1", "V2"],
    [
      "omitted with triggers",
      pipeline({
        triggers: [
          { providerType: "CodeStarSourceConnection", gitConfiguration: { sourceActionName: "Fetch" } },
        ],
      }),
      "V1",
      "V2",
    ],
    [
      "omitted with a condition",
      pipeline({
        stages: [stage("S", source()), { ...stage("D", approval()), onFailure: { result: "FAIL" } }],
      }),
      "V1",
      "V2",
    ],
    ["omitted with an empty list", pipeline({ variables: [] }), "V1", "V1"],
  ] as const)("%s", (_, given, previous, type) => {
    expect(normalized(given, previous).pipelineType).toBe(type);
  });
});

describe("api.md §4.2: the default trigger", () => {
  const connected = (DetectChanges?: string, name = "Fetch") =>
    source({
      name,
      actionTypeId: { category: "Source", owner: "AWS", provider: "CodeStarSourceConnection", version: "1" },
      configuration: { BranchName: "main", ...(DetectChanges !== undefined && { DetectChanges }) },
    });
  const everyPush = (sourceActionName: string, branch = "main") => ({
    providerType: "CodeStarSourceConnection" as const,
    gitConfiguration: { sourceActionName, push: [{ branches: { includes: [branch] } }] },
  });
  const triggersOf = (changes: Partial<PipelineDeclaration>, ...sources: ActionDeclaration[]) =>
    normalized(pipeline({ stages: [stage("Source", ...sources), stage("Deploy", approval())], ...changes }))
      .triggers;

  it("is every push to the branch of a connection's source (inferred: api.md §4.2)", () => {
    expect(triggersOf({}, connected())).toEqual([everyPush("Fetch")]);
    expect(triggersOf({ triggers: [] }, connected("true"))).toEqual([everyPush("Fetch")]);
    expect(triggersOf({ triggers: [everyPush("Fetch")] }, connected())).toEqual([everyPush("Fetch")]);
  });

  it("is not there where changes aren't detected, on V1, and for other sources", () => {
    expect(triggersOf({}, connected("false"))).toBeUndefined();
    expect(triggersOf({ pipelineType: "V1" }, connected())).toBeUndefined();
    expect(triggersOf({}, source())).toBeUndefined();
  });

  it("is only for the sources that no trigger names", () => {
    const given = [everyPush("Fetch", "release")];
    const both = [connected(), connected(undefined, "Other")];
    expect(triggersOf({ triggers: given }, ...both)).toEqual([...given, everyPush("Other")]);
  });
});
