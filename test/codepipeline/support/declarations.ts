/** Declarations that tests start from; every action type is one of the server's own or the custom type below. */
import type { ActionDeclaration, PipelineDeclaration, StageDeclaration } from "@aws-sdk/client-codepipeline";

export const ROLE = "arn:aws:iam::000000000000:role/pipeline";

export function source(changes: Partial<ActionDeclaration> = {}): ActionDeclaration {
  return {
    name: "Fetch",
    actionTypeId: { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" },
    configuration: { RepositoryName: "app", BranchName: "main", PollForSourceChanges: "false" },
    outputArtifacts: [{ name: "Code" }],
    ...changes,
  };
}

export function approval(changes: Partial<ActionDeclaration> = {}): ActionDeclaration {
  return {
    name: "Approve",
    actionTypeId: { category: "Approval", owner: "AWS", provider: "Manual", version: "1" },
    ...changes,
  };
}

export function commands(changes: Partial<ActionDeclaration> = {}): ActionDeclaration {
  return {
    name: "Run",
    actionTypeId: { category: "Compute", owner: "AWS", provider: "Commands", version: "1" },
    commands: ["true"],
    inputArtifacts: [{ name: "Code" }],
    ...changes,
  };
}

export function codeBuild(changes: Partial<ActionDeclaration> = {}): ActionDeclaration {
  return {
    name: "Build",
    actionTypeId: { category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" },
    configuration: { ProjectName: "app" },
    inputArtifacts: [{ name: "Code" }],
    ...changes,
  };
}

export function stage(name: string, ...actions: ActionDeclaration[]): StageDeclaration {
  return { name, actions };
}

/** A valid pipeline of a source and an approval, but for what `changes` says. */
export function pipeline(changes: Partial<PipelineDeclaration> = {}): PipelineDeclaration {
  return {
    name: "app",
    roleArn: ROLE,
    stages: [stage("Source", source()), stage("Deploy", approval())],
    ...changes,
  };
}

/** A valid source stage followed by one stage of these actions. */
export function pipelineWith(...actions: ActionDeclaration[]): PipelineDeclaration {
  return pipeline({ stages: [stage("Source", source()), stage("Work", ...actions)] });
}
