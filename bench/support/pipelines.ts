/** Pipelines of custom actions, whose jobs come to whoever polls for them. */
import type {
  ActionDeclaration,
  CreateCustomActionTypeInput,
  PipelineDeclaration,
} from "@aws-sdk/client-codepipeline";
import type { Api } from "./api.ts";

export const ROLE = "arn:aws:iam::000000000000:role/bench";

/** The two types of a provider: it is there as a source, and as a test. */
export function customTypes(provider: string) {
  const common = { owner: "Custom", provider, version: "1" } as const;
  return { source: { ...common, category: "Source" }, test: { ...common, category: "Test" } } as const;
}

/** Registers both types of a provider. */
export async function createTypes(api: Api, provider: string): Promise<void> {
  const common = { provider, version: "1" };
  const none = { minimumCount: 0, maximumCount: 0 };
  const source: CreateCustomActionTypeInput = {
    ...common,
    category: "Source",
    inputArtifactDetails: none,
    outputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
  };
  const test: CreateCustomActionTypeInput = {
    ...common,
    category: "Test",
    inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
    outputArtifactDetails: none,
  };
  for (const type of [source, test]) await api.call("CreateCustomActionType", type);
}

/** The name of a chain's last action. */
export const LAST = "last";

/** Actions of a provider, one after the other: a source, then tests without artifacts, `count` in all. */
export function chain(name: string, provider: string, count: number): PipelineDeclaration {
  const { test } = customTypes(provider);
  return afterSource(
    name,
    provider,
    Array.from({ length: count - 1 }, (_, index) => ({
      name: index === count - 2 ? LAST : `action-${index + 1}`,
      actionTypeId: test,
      runOrder: index + 1,
    })),
  );
}

/** A custom source, and a stage of these actions. */
export function afterSource(
  name: string,
  provider: string,
  actions: ActionDeclaration[],
): PipelineDeclaration {
  const source = {
    name: "source",
    actionTypeId: customTypes(provider).source,
    outputArtifacts: [{ name: "Code" }],
  };
  return {
    name,
    roleArn: ROLE,
    pipelineType: "V2",
    stages: [
      { name: "Source", actions: [source] },
      { name: "Work", actions },
    ],
  };
}
