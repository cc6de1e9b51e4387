import type { BatchGetBuildsInput, BatchGetBuildsOutput } from "@aws-sdk/client-codebuild";
import { operation } from "../aws-json/operation.ts";
import { projectArn } from "./arn.ts";
import { checkBatch } from "./batch.ts";
import { toWire } from "./build.ts";

/** Up to 100 builds by id or ARN; unknown ones come back in `buildsNotFound` (providers.md P2.1). */
export const batchGetBuilds = operation<BatchGetBuildsInput, BatchGetBuildsOutput>("BatchGetBuilds", {
  resources: ({ ids }, { scope }) => (ids ?? []).map((id) => projectArn(scope, idOf(id).split(":")[0] ?? "")),

  async handle({ ids = [] }, { core, scope }) {
    checkBatch("ids", ids);
    const found = await Promise.all(ids.map((id) => core.builds.findBuild(scope, idOf(id))));
    return {
      builds: found.flatMap((build) =>
        build === undefined ? [] : [toWire(build, core.settings.publicUrl())],
      ),
      buildsNotFound: ids.filter((_, index) => found[index] === undefined),
    };
  },
});

/** `<project>:<uuid>` at the end of a build's ARN, or the id itself. */
function idOf(idOrArn: string): string {
  return idOrArn.startsWith("arn:") ? idOrArn.slice(idOrArn.indexOf("/") + 1) : idOrArn;
}
