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
    ["omitted with an empty list", pipeline({ variables: [] }), "V1", "V1"],
  ] as const)("%s", (_, given, previous, type) => {
    expect(normalized(given, previous).pipelineType).toBe(type);
  });
});
