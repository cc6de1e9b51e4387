import type { SourceBinding } from "../../core/commands/types.ts";
import type { Trigger } from "../../core/engine/index.ts";
import type { Call } from "../aws-json/operation.ts";
import { sourceBindings } from "./compile.ts";
import type { Declaration } from "./declaration.ts";

/**
 * What starts a pipeline that was just created: the creation itself, or, where sources poll, the first poll of each
 * that finds something. A branch or object that isn't there yet starts it when it appears (sources.md S5.3).
 */
export async function firstStarts(call: Call, declaration: Declaration): Promise<readonly Trigger[]> {
  const polling = sourceBindings(declaration).filter(({ polls }) => polls);
  if (polling.length === 0) return [{ type: "CreatePipeline", detail: call.caller.arn }];
  const found = await Promise.all(polling.map((binding) => exists(call, binding)));
  return polling
    .filter((_, index) => found[index])
    .map(({ action }) => ({ type: "PollForSourceChanges", detail: action }));
}

async function exists({ core, scope }: Call, { provider, container, item }: SourceBinding): Promise<boolean> {
  switch (provider) {
    case "CodeCommit": {
      const repository = await core.repositories.find(scope, container);
      return repository !== undefined && (await core.repositories.branchHead(repository, item)) !== undefined;
    }
    // The poller looks at once, and starts it with what it finds.
    case "GitHub":
      return false;
    case "S3":
      return (await core.artifacts.head(scope.account, container, item)) !== undefined;
  }
}
