import type { ListBuildsForProjectInput, ListBuildsForProjectOutput } from "@aws-sdk/client-codebuild";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";
import { projectArn } from "./arn.ts";
import { onProject } from "./authorization.ts";
import { pageToken, positionOf } from "./page-token.ts";

const PAGE = 100;

/**
 * Build ids of a project, newest first unless asked otherwise, 100 a page.
 *
 * @throws ResourceNotFoundException
 * @see providers.md P2.1
 */
export const listBuildsForProject = operation<ListBuildsForProjectInput, ListBuildsForProjectOutput>(
  "ListBuildsForProject",
  {
    authorization: onProject(({ projectName }) => projectName),

    async handle({ projectName = "", sortOrder = "DESCENDING", nextToken }, call) {
      const { core, scope } = call;
      const list = `ListBuildsForProject/${projectName}/${sortOrder}`;
      const beyond = positionOf(call, list, nextToken);
      if ((await core.builds.findProject(scope, projectName)) === undefined) {
        throw new AwsError(
          "ResourceNotFoundException",
          `Project cannot be found: ${projectArn(scope, projectName)}`,
        );
      }
      const builds = await core.builds.listBuilds(scope, projectName, {
        newestFirst: sortOrder === "DESCENDING",
        ...(beyond !== undefined && { beyond: Number(beyond) }),
        limit: PAGE + 1,
      });
      const page = builds.slice(0, PAGE);
      const last = page.at(-1);
      return {
        ids: page.map((build) => build.id),
        ...(last !== undefined &&
          builds.length > PAGE && { nextToken: pageToken(call, list, String(last.number)) }),
      };
    },
  },
);
