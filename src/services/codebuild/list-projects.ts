import type { ListProjectsInput, ListProjectsOutput } from "@aws-sdk/client-codebuild";
import type { StoredProject } from "../../core/builds/index.ts";
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
    const ordered = (await call.core.builds.listProjects(call.scope))
      .map((project) => ({ name: project.name, order: orderOf(project, sorts[sortBy]) }))
      .sort((a, b) => compare(a.order, b.order));
    if (sortOrder === "DESCENDING") ordered.reverse();
    // A position in the order, so that projects that come and go meanwhile shift nothing.
    const isNext = (order: string) =>
      after === undefined || compare(order, after) === (sortOrder === "DESCENDING" ? -1 : 1);
    const rest = ordered.filter(({ order }) => isNext(order));
    const page = rest.slice(0, PAGE);
    const last = page.at(-1);
    return {
      projects: page.map(({ name }) => name),
      ...(last !== undefined && rest.length > PAGE && { nextToken: pageToken(call, list, last.order) }),
    };
  },
});

/** Of one time, projects go by name. */
function orderOf(
  project: Pick<StoredProject, "name" | "created" | "updated">,
  time: "created" | "updated" | undefined,
): string {
  return time === undefined ? project.name : `${String(project[time]).padStart(16, "0")} ${project.name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
