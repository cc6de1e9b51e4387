import type { ActionTypeId, SourceRevisionType } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { overriddenRevisions } from "../../src/services/codepipeline/source-overrides.ts";
import { normalized } from "./support/checking.ts";
import { approval, pipeline, source, stage } from "./support/declarations.ts";

const TYPES: readonly SourceRevisionType[] = [
  "COMMIT_ID",
  "IMAGE_DIGEST",
  "S3_OBJECT_KEY",
  "S3_OBJECT_VERSION_ID",
];

/** The types that a source of the provider takes. */
function taken(
  owner: ActionTypeId["owner"],
  provider: string,
  configuration: Record<string, string> = {},
): SourceRevisionType[] {
  const actionTypeId = { category: "Source", owner, provider, version: "1" } as const;
  const stages = [stage("Source", source({ actionTypeId, configuration })), stage("Deploy", approval())];
  const declaration = normalized(pipeline({ stages }));
  return TYPES.filter((revisionType) => {
    try {
      overriddenRevisions(declaration, [{ actionName: "Fetch", revisionType, revisionValue: "x" }]);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: "ValidationException" });
      return false;
    }
  });
}

describe("source revision overrides (api.md StartPipelineExecution)", () => {
  it.each([
    ["AWS", "CodeCommit", ["COMMIT_ID"]],
    ["AWS", "CodeStarSourceConnection", ["COMMIT_ID"]],
    ["ThirdParty", "GitHub", ["COMMIT_ID"]],
    ["AWS", "ECR", ["IMAGE_DIGEST"]],
    ["AWS", "S3", ["S3_OBJECT_VERSION_ID"]],
    ["Custom", "Origin", []],
  ] as const)("of %s's %s are %j", (owner, provider, types) => {
    expect(taken(owner, provider)).toEqual(types);
  });

  it("name another object of S3 where the action allows it", () => {
    expect(taken("AWS", "S3", { AllowOverrideForS3ObjectKey: "true" })).toEqual([
      "S3_OBJECT_KEY",
      "S3_OBJECT_VERSION_ID",
    ]);
    expect(taken("AWS", "S3", { AllowOverrideForS3ObjectKey: "false" })).toEqual(["S3_OBJECT_VERSION_ID"]);
  });
});
