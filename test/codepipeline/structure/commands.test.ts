import type { ActionDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { finding, typesWith } from "../support/checking.ts";
import { codeBuild, commands, pipelineWith } from "../support/declarations.ts";

describe("api.md §5.3: members of Compute/Commands (P4.2, P4.5, P4.8)", () => {
  it.each([{ commands: [] }, { commands: undefined }])("needs commands: %j", (changes) => {
    expect(finding(pipelineWith(commands(changes)))).toBe(
      "InvalidActionDeclarationException: Action Run must have a non-empty commands field",
    );
  });

  it.each<[string, Partial<ActionDeclaration>]>([
    ["commands", { commands: ["true"] }],
    ["outputVariables", { outputVariables: ["A"] }],
    ["outputArtifacts.files", { outputArtifacts: [{ name: "Out", files: ["a"] }] }],
    ["environmentVariables", { environmentVariables: [{ name: "A", value: "b" }] }],
  ])("other types don't take %s (inferred: api.md §5.3)", (member, changes) => {
    expect(finding(pipelineWith(codeBuild(changes)))).toBe(
      `InvalidActionDeclarationException: Action 'Build' declares ${member}, which actions of category 'Build' and provider 'CodeBuild' do not take.`,
    );
  });

  it("Deploy/EKS takes environmentVariables (inferred: api.md §5.3)", () => {
    const deploy: ActionDeclaration = {
      name: "Roll",
      actionTypeId: { category: "Deploy", owner: "AWS", provider: "EKS", version: "1" },
      configuration: { ClusterName: "c" },
      inputArtifacts: [{ name: "Code" }],
      environmentVariables: [{ name: "A", value: "b" }],
    };
    // It can't run here: as if it could.
    const known = typesWith();
    const types: typeof known = {
      find: (id) => {
        const type = known.find(id);
        return type && { ...type, missing: () => [] };
      },
    };
    expect(finding(pipelineWith(deploy), { types })).toBeUndefined();
    expect(finding(pipelineWith({ ...deploy, commands: ["true"] }), { types })).toMatch(
      /^InvalidActionDeclarationException: Action 'Roll' declares commands/,
    );
  });

  it("P4.5 secrets can't be output variables", () => {
    const leaking = commands({
      environmentVariables: [{ name: "KEY", value: "arn:secret", type: "SECRETS_MANAGER" }],
      outputVariables: ["KEY"],
    });
    expect(finding(pipelineWith(leaking))).toBe(
      "InvalidActionDeclarationException: Output variable 'KEY' of action 'Run' is a SECRETS_MANAGER environment variable. Secrets cannot be output variables.",
    );
  });

  it("P4.8 runs in the pipeline's account", () => {
    const foreign = commands({ roleArn: "arn:aws:iam::111111111111:role/other" });
    expect(finding(pipelineWith(foreign))).toMatch(
      /with role 'arn:aws:iam::111111111111:role\/other' of another account/,
    );
  });

  it("P4.2 no reference may stand in a quoted here-document", () => {
    const run = (script: string) => finding(pipelineWith(commands({ commands: [script] })));
    expect(run("cat <<'EOF'\n#{codepipeline.PipelineExecutionId}\nEOF")).toBe(
      "InvalidActionDeclarationException: Variable reference #{codepipeline.PipelineExecutionId} in a command of action 'Run' stands in a quoted here-document.",
    );
    expect(run("cat <<EOF\n#{codepipeline.PipelineExecutionId}\nEOF")).toBeUndefined();
  });
});
