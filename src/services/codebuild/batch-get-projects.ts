import type { BatchGetProjectsInput, BatchGetProjectsOutput } from "@aws-sdk/client-codebuild";
import { operation } from "../aws-json/operation.ts";
import { projectArn } from "./arn.ts";
import { checkBatch } from "./batch.ts";
import { toWire } from "./project.ts";

/** Up to 100 projects by name or ARN; unknown ones come back in `projectsNotFound` (providers.md P2.1). */
export const batchGetProjects = operation<BatchGetProjectsInput, BatchGetProjectsOutput>("BatchGetProjects", {
  resources: ({ names }, { scope }) => (names ?? []).map((name) => projectArn(scope, nameOf(name))),

  async handle({ names = [] }, { core, scope }) {
    checkBatch("names", names);
    const found = await Promise.all(names.map((name) => core.builds.findProject(scope, nameOf(name))));
    return {
      projects: found.flatMap((project) => (project === undefined ? [] : [toWire(project)])),
      projectsNotFound: names.filter((_, index) => found[index] === undefined),
    };
  },
});

/** The name at the end of a project's ARN, or the name itself. */
function nameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? nameOrArn.slice(nameOrArn.indexOf("/") + 1) : nameOrArn;
}
