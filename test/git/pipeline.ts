import { createCatalogue } from "../../src/core/catalogue.ts";
import type { NewVersion } from "../../src/core/commands/types.ts";
import type { ActionDefinition } from "../../src/core/engine/index.ts";
import { declarations } from "../../src/worker/index.ts";
import { scope } from "./host.ts";

/** The action types that a server knows. */
export const catalogue = createCatalogue(declarations);

/** A pipeline with one CodeCommit source and an approval behind it. */
export function sourcePipeline(repository: string, branch: string, polls = false): NewVersion {
  const name = `${repository}-${branch}`;
  const common = { runOrder: 1, inputs: [], region: scope.region, timeoutMinutes: 60 };
  const source: ActionDefinition = {
    ...common,
    name: "Source",
    type: { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" },
    configuration: { RepositoryName: repository, BranchName: branch },
    outputs: [{ name: "app" }],
  };
  const approval: ActionDefinition = {
    ...common,
    name: "Approve",
    type: { category: "Approval", owner: "AWS", provider: "Manual", version: "1" },
    configuration: {},
    outputs: [],
  };
  return {
    name,
    declaration: { name },
    definition: {
      pipelineName: name,
      ...scope,
      mode: "SUPERSEDED",
      variables: [],
      stores: { [scope.region]: { bucket: "artifacts" } },
      stages: [
        { name: "Source", actions: [source] },
        { name: "Approve", actions: [approval] },
      ],
    },
    bindings: [{ action: "Source", provider: "CodeCommit", container: repository, item: branch, polls }],
  };
}
