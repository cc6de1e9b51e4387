import type { GitConfiguration, PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { finding } from "../support/checking.ts";
import { pipeline } from "../support/declarations.ts";

const triggered = (git: Partial<GitConfiguration>, changes: Partial<PipelineDeclaration> = {}) =>
  finding(
    pipeline({
      triggers: [
        { providerType: "CodeStarSourceConnection", gitConfiguration: { sourceActionName: "Fetch", ...git } },
      ],
      ...changes,
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
  ])("S4.2 refuses the combination %j", (git) => {
    expect(triggered(git)).toBe(
      "InvalidStructureException: The trigger configuration for the source action is not valid. Make sure to choose valid filter combinations.",
    );
  });

  it("triggers name a connection's source action", () => {
    expect(triggered({ push: [{ branches: main, filePaths: main }, { tags: main }] })).toBe(
      "InvalidStructureException: Triggers for connections must reference a CodeStarSourceConnection action. The following does not: Fetch",
    );
  });

  it.each(["QUEUED", "PARALLEL"] as const)("%s needs V2", (executionMode) => {
    expect(finding(pipeline({ executionMode, pipelineType: "V1" }))).toBe(
      "InvalidStructureException: QUEUED or PARALLEL mode can only be used with V2 pipelines",
    );
    expect(finding(pipeline({ executionMode }))).toBeUndefined();
  });
});
