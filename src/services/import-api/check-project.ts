import type { CreateProjectInput, Project } from "@aws-sdk/client-codebuild";
import { operation } from "../aws-json/operation.ts";
import { onNewProject } from "../codebuild/authorization.ts";
import { checkProject as judge, toMembers, toWire } from "../codebuild/project.ts";

interface Output {
  /** With CodeBuild's defaults: what BatchGetProjects would answer of it. */
  readonly project: Project;
  readonly exists: boolean;
}

/**
 * Judges a build project as CreateProject would; nothing is kept.
 *
 * @throws InvalidInputException
 */
export const checkProject = operation<{ readonly project: CreateProjectInput }, Output>("CheckProject", {
  authorization: ({ project }, call) => onNewProject(project, call),

  async handle({ project }, { core, scope, now }) {
    judge(project);
    const name = project.name ?? "";
    const present = await core.builds.findProject(scope, name);
    return {
      project: toWire({ scope, name, created: now, updated: now, uuid: "", members: toMembers(project) }),
      exists: present !== undefined,
    };
  },
});
