import type { ActionDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { finding } from "../support/checking.ts";
import {
  approval,
  codeBuild,
  commands,
  pipeline,
  pipelineWith,
  source,
  stage,
} from "../support/declarations.ts";

const env = { variables: [{ name: "Env" }] };
const place = (action: string, key: string, text: string) =>
  `StageName=[Work], ActionName=[${action}], ActionConfigurationKey=[${key}], VariableReferenceText=[${text}]`;

describe("api.md §5.1: pipeline variables", () => {
  it("are refused on V1", () => {
    expect(finding(pipeline({ ...env, pipelineType: "V1" }))).toBe(
      "InvalidStructureException: Pipeline variable can only be used with V2 pipelines",
    );
  });

  it("have unique names", () => {
    expect(finding(pipeline({ variables: [{ name: "Env" }, { name: "Env" }] }))).toBe(
      "InvalidStructureException: Variable names must be unique. The following variable name is already in use: Env",
    );
  });

  it("can't be used in source actions (E4.4)", () => {
    const configuration = { RepositoryName: "app", BranchName: "#{variables.Env}" };
    const stages = [stage("Source", source({ configuration })), stage("D", approval())];
    expect(finding(pipeline({ ...env, stages }))).toBe(
      "InvalidStructureException: Variables at the pipeline level cannot be used in source actions.\nStageName=[Source], ActionName=[Fetch], ActionConfigurationKey=[BranchName], VariableReferenceText=[#{variables.Env}]",
    );
  });

  it("must be declared", () => {
    const action = approval({ configuration: { CustomData: "#{variables.Nope}" } });
    const refusal = `InvalidStructureException: The referenced variables haven't been declared.\n${place("Approve", "CustomData", "#{variables.Nope}")}`;
    expect(finding({ ...pipelineWith(action), ...env })).toBe(refusal);
    expect(finding(pipelineWith(action))).toBe(refusal);
    const used = approval({ configuration: { CustomData: "#{variables.Env}" } });
    expect(finding({ ...pipelineWith(used), ...env })).toBeUndefined();
  });
});

describe("api.md §5.3: namespaces", () => {
  it.each([
    ["codepipeline", {}],
    ["variables", env],
  ])("'%s' is reserved", (namespace, changes) => {
    expect(finding({ ...pipelineWith(codeBuild({ namespace })), ...changes })).toBe(
      `InvalidStructureException: The namespace '${namespace}' of action 'Build' in stage 'Work' is reserved. Choose another name.`,
    );
  });

  it("'variables' is an action's while no variables are declared", () => {
    const reader = approval({ configuration: { CustomData: "#{variables.Any}" }, runOrder: 2 });
    expect(finding(pipelineWith(codeBuild({ namespace: "variables" }), reader))).toBeUndefined();
  });

  it("are unique", () => {
    const twice = [codeBuild({ namespace: "ns" }), codeBuild({ name: "Again", namespace: "ns" })];
    expect(finding(pipelineWith(...twice))).toBe(
      "InvalidActionDeclarationException: Namespaces must be unique across the pipeline definition. The following occur more than once in the pipeline.\nStageName=[Work], ActionName=[Build], Namespace=[ns]\nStageName=[Work], ActionName=[Again], Namespace=[ns]",
    );
  });

  it("are no artifacts' names", () => {
    expect(finding(pipelineWith(codeBuild({ namespace: "Code" })))).toBe(
      "InvalidActionDeclarationException: The namespace 'Code' of action 'Build' in stage 'Work' is also the name of an output artifact. Choose another name.",
    );
  });
});

describe("semantics.md E4.3 to E4.5: references", () => {
  const maker = codeBuild({ namespace: "made" });
  const missing = (action: string, key: string, text: string) =>
    `InvalidActionDeclarationException: Valid format for a pipeline execution variable reference is a namespace and a key separated by a period (.). The following pipeline execution variables are referencing a namespace that does not exist.\n${place(action, key, text)}`;
  const reader = (text: string, changes: Partial<ActionDeclaration> = {}) =>
    approval({ configuration: { CustomData: text }, runOrder: 2, ...changes });

  it("E4.5 name a producer that runs strictly earlier", () => {
    expect(finding(pipelineWith(maker, reader("#{made.Key}")))).toBeUndefined();
    expect(finding(pipelineWith(maker, reader("#{made.Key}", { runOrder: 1 })))).toBe(
      missing("Approve", "CustomData", "#{made.Key}"),
    );
    expect(finding(pipelineWith(maker, reader("#{other.Key}")))).toBe(
      missing("Approve", "CustomData", "#{other.Key}"),
    );
  });

  it.each(["#{made}", "#{made.a.b}", "#{ made.Key }", "#{made Key}", "#{}"])(
    "E4.3 refuses the form %s",
    (text) => {
      expect(finding(pipelineWith(maker, reader(`see ${text}`)))).toBe(
        missing("Approve", "CustomData", text),
      );
    },
  );

  it("E4.3 takes #{ without } as text", () => {
    expect(finding(pipelineWith(reader("see #{made.Key")))).toBeUndefined();
  });

  it("E4.4 stand in commands and environment variables too", () => {
    expect(finding(pipelineWith(commands({ commands: ["echo #{no.x}"] })))).toBe(
      missing("Run", "commands", "#{no.x}"),
    );
    const variables = [{ name: "A", value: "#{no.x}" }];
    expect(finding(pipelineWith(commands({ environmentVariables: variables })))).toBe(
      missing("Run", "A", "#{no.x}"),
    );
  });

  it("E4.5 codepipeline has one key", () => {
    expect(finding(pipelineWith(reader("#{codepipeline.PipelineExecutionId}")))).toBeUndefined();
    expect(finding(pipelineWith(reader("#{codepipeline.Name}")))).toBe(
      `InvalidActionDeclarationException: The namespace 'codepipeline' has one variable, PipelineExecutionId. The following reference names another.\n${place("Approve", "CustomData", "#{codepipeline.Name}")}`,
    );
  });
});
