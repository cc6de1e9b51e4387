import type { BatchGetProjectsInput, BatchGetProjectsOutput } from "@aws-sdk/client-codebuild";
import { operation } from "../aws-json/operation.ts";
import { nameOf, projectArn } from "./arn.ts";
import { projectNeed } from "./authorization.ts";
import { checkedBatch } from "./batch.ts";
import { toWire } from "./project.ts";

/** Up to 100 projects by name or ARN; unknown ones come back in `projectsNotFound` (providers.md P2.1). */
export const batchGetProjects = operation<BatchGetProjectsInput, BatchGetProjectsOutput>("BatchGetProjects", {
  authorization: ({ names }, call) =>
    checkedBatch("names", names).map((name) => projectNeed(call, nameOf(name, call.scope, projectArn))),

  async handle({ names = [] }, { core, scope }) {
    const found = await Promise.all(
      names.map((name) => core.builds.findProject(scope, nameOf(name, scope, projectArn))),
    );
    return {
      projects: found.flatMap((project) => (project === undefined ? [] : [toWire(project)])),
      projectsNotFound: names.filter((_, index) => found[index] === undefined),
    };
  },
});
