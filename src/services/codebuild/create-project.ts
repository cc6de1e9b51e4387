import type { CreateProjectInput, CreateProjectOutput } from "@aws-sdk/client-codebuild";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";
import { projectArn } from "./arn.ts";
import { onNewProject } from "./authorization.ts";
import { checkProject, toMembers, toWire } from "./project.ts";

/**
 * Keeps a build project; a pipeline's CodeBuild actions name it.
 *
 * @throws InvalidInputException, ResourceAlreadyExistsException
 * @see providers.md P2.1 to P2.3
 */
export const createProject = operation<CreateProjectInput, CreateProjectOutput>("CreateProject", {
  authorization: onNewProject,

  async handle(input, { core, scope }) {
    checkProject(input);
    const name = input.name ?? "";
    const project = await core.builds.createProject(scope, name, toMembers(input));
    if (project === undefined) {
      throw new AwsError(
        "ResourceAlreadyExistsException",
        `Project already exists: ${projectArn(scope, name)}`,
      );
    }
    return { project: toWire(project) };
  },
});
