import type { ListProjectsInput, ListProjectsOutput } from "@aws-sdk/client-codebuild";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import { pageToken, positionOf } from "./page-token.ts";
import { invalid } from "./project.ts";

const PAGE = 100;

const sorts = {
  NAME: undefined,
  CREATED_TIME: "created",
  LAST_MODIFIED_TIME: "updated",
} as const;

/** Project names, 100 a page, by name, creation or last change (CodeBuild API Reference, ListProjects). */
export const listProjects = operation<ListProjectsInput, ListProjectsOutput>("ListProjects", {
  authorization: onAnything,

  async handle({ sortBy = "NAME", sortOrder = "ASCENDING", nextToken }, call) {
    if (!(sortBy in sorts))
      throw invalid(`Invalid sortBy: '${sortBy}'. Use ${Object.keys(sorts).join(", ")}`);
    const list = `ListProjects/${sortBy}/${sortOrder}`;
    const after = positionOf(call, list, nextToken);

    const projects = [...(await call.core.builds.listProjects(call.scope))];
    const time = sorts[sortBy];
    if (time !== undefined) projects.sort((a, b) => a[time] - b[time]);
    if (sortOrder === "DESCENDING") projects.reverse();
    const names = projects.map((project) => project.name);
    const from = after === undefined ? 0 : names.indexOf(after) + 1;
    const page = names.slice(from, from + PAGE);
    const last = page.at(-1);
    return {
      projects: page,
      ...(last !== undefined && from + PAGE < names.length && { nextToken: pageToken(call, list, last) }),
    };
  },
});
