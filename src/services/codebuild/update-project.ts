import type { CreateProjectInput, UpdateProjectInput, UpdateProjectOutput } from "@aws-sdk/client-codebuild";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";
import { projectArn } from "./arn.ts";
import { onNewProject } from "./authorization.ts";
import { checkProject, toMembers, toWire } from "./project.ts";

/**
 * Replaces the members given; members left out stay as they are.
 *
 * @throws InvalidInputException, ResourceNotFoundException
 * @see providers.md P2.1
 */
export const updateProject = operation<UpdateProjectInput, UpdateProjectOutput>("UpdateProject", {
  authorization: onNewProject,

  async handle(input, { core, scope }) {
    const name = input.name ?? "";
    const present = await core.builds.findProject(scope, name);
    if (present === undefined) throw projectNotFound(projectArn(scope, name));
    checkProject({ ...(present.members as Partial<CreateProjectInput>), ...input });
    const project = await core.builds.updateProject(scope, name, toMembers(input));
    if (project === undefined) throw projectNotFound(projectArn(scope, name));
    return { project: toWire(project) };
  },
});

function projectNotFound(arn: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Project cannot be found: ${arn}`);
}
