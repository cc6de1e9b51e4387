/** The authorisation rules of CodeCommit: everything is about a repository. */
import { repositoryArn } from "../../core/repositories/index.ts";
import { tagsByKey } from "../../core/store/queries/tags.ts";
import type { OperationNeed } from "../aws-json/authorization.ts";
import type { Call } from "../aws-json/operation.ts";

interface Named {
  readonly repositoryName?: string | undefined;
}

/** The repository that an operation names. */
export function onRepository({ repositoryName = "" }: Named, { core, scope }: Call): [OperationNeed] {
  const resource = repositoryArn(scope, repositoryName);
  return [{ resource, resourceTags: () => tagsByKey(core.store.read, resource) }];
}
