import type { BatchGetBuildsInput, BatchGetBuildsOutput } from "@aws-sdk/client-codebuild";
import { operation } from "../aws-json/operation.ts";
import { buildArn, nameOf } from "./arn.ts";
import { projectNeed } from "./authorization.ts";
import { checkedBatch } from "./batch.ts";
import { toWire } from "./build.ts";

/** Up to 100 builds by id or ARN; unknown ones come back in `buildsNotFound` (providers.md P2.1). */
export const batchGetBuilds = operation<BatchGetBuildsInput, BatchGetBuildsOutput>("BatchGetBuilds", {
  authorization: ({ ids }, call) =>
    checkedBatch("ids", ids).map((id) => {
      const [project = ""] = nameOf(id, call.scope, buildArn).split(":");
      return projectNeed(call, project);
    }),

  async handle({ ids = [] }, { core, scope }) {
    const found = await Promise.all(
      ids.map((id) => core.builds.findBuild(scope, nameOf(id, scope, buildArn))),
    );
    return {
      builds: found.flatMap((build) =>
        build === undefined ? [] : [toWire(build, core.settings.publicUrl())],
      ),
      buildsNotFound: ids.filter((_, index) => found[index] === undefined),
    };
  },
});
