import type { GitConfiguration, PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { finding } from "../support/checking.ts";
import { approval, pipeline, source, stage } from "../support/declarations.ts";

const triggered = (git: Partial<GitConfiguration>, changes: Partial<PipelineDeclaration> = {}) =>
  finding(
    pipeline({
      triggers: [
        { providerType: "CodeStarSourceConnection", gitConfiguration: { sourceActionName: "Fetch", ...git } },
      ],
      ...changes,
    }),
  );
const connected = (git: Partial<GitConfiguration>, BranchName = "main", times = 1) =>
  finding(
    pipeline({
      stages: [
        stage(
          "Source",
          source({
            actionTypeId: {
              category: "Source",
              owner: "AWS",
              provider: "CodeStarSourceConnection",
              version: "1",
            },
            configuration: { ConnectionArn: "a", FullRepositoryId: "octo/shop", BranchName },
          }),
        ),
        stage("Release", approval()),
      ],
      triggers: Array.from({ length: times }, () => ({
        providerType: "CodeStarSourceConnection",
        gitConfiguration: { sourceActionName: "Fetch", ...git },
      })),
    }),
  );
const main = { includes: ["main"] };

describe("api.md §5.1: triggers and modes", () => {
  it("triggers are refused on V1", () => {
    expect(triggered({}, { pipelineType: "V1" })).toBe(
      "InvalidStructureException: Triggers on tag can only be used with V2 pipelines",
    );
  });

  it.each<Partial<GitConfiguration>>([
    { push: [{ tags: main, branches: main }] },
    { push: [{ tags: main, filePaths: main }] },
    { push: [{ filePaths: main }] },
    { pullRequest: [{ events: ["OPEN"], filePaths: main }] },
    { push: [{}] },
    { pullRequest: [{}] },
    { push: [{ branches: {} }] },
    { push: [{ branches: main, filePaths: {} }] },
    { push: [{ tags: {} }] },
    { pullRequest: [{ events: ["OPEN"], branches: {} }] },
  ])("S4.2, S4.3 refuses the combination %j", (git) => {
    expect(triggered(git)).toBe(
      "InvalidStructureException: The trigger configuration for the source action is not valid. Make sure to choose valid filter combinations.",
    );
  });

  it("triggers name a connection's source action", () => {
    expect(triggered({ push: [{ branches: main, filePaths: main }, { tags: main }] })).toBe(
      "InvalidStructureException: Triggers for connections must reference a CodeStarSourceConnection action. The following does not: Fetch",
    );
  });

  it("a source action has one trigger", () => {
    const git = { push: [{ branches: main }] };
    expect(connected(git, "main", 2)).toBe(
      "InvalidStructureException: More than one trigger per source action is not allowed. The following action has more: Fetch",
    );
    expect(connected(git)).toBeUndefined();
  });

  it.each(["[a", "{a", "a\\", "[z-a]", "a\tb"])("S4.4 refuses the pattern %s", (pattern) => {
    for (const git of [
      { push: [{ branches: { excludes: [pattern] } }] },
      { push: [{ tags: { includes: ["v*", pattern] } }] },
      { pullRequest: [{ branches: main, filePaths: { includes: [pattern] } }] },
    ])
      expect(connected(git)).toBe(
        `InvalidStructureException: The pattern '${pattern}' in the trigger for action 'Fetch' is not a valid glob.`,
      );
  });

  it("S4.3: events alone are a filter; S4.10: no glob is read in the branch's own name", () => {
    expect(connected({ pullRequest: [{ events: ["OPEN"] }] })).toBeUndefined();
    expect(connected({ push: [{ branches: { includes: ["a{b"] } }] }, "a{b")).toBeUndefined();
  });

  it.each(["QUEUED", "PARALLEL"] as const)("%s needs V2", (executionMode) => {
    expect(finding(pipeline({ executionMode, pipelineType: "V1" }))).toBe(
      "InvalidStructureException: QUEUED or PARALLEL mode can only be used with V2 pipelines",
    );
    expect(finding(pipeline({ executionMode }))).toBeUndefined();
  });
});
