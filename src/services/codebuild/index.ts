import * as schemas from "@aws-sdk/client-codebuild";
import type { AnyOperation, Service } from "../aws-json/service.ts";
import { batchGetBuilds } from "./batch-get-builds.ts";
import { batchGetProjects } from "./batch-get-projects.ts";
import { createProject } from "./create-project.ts";
import { deleteProject } from "./delete-project.ts";
import { listBuildsForProject } from "./list-builds-for-project.ts";
import { listProjects } from "./list-projects.ts";
import { updateProject } from "./update-project.ts";

const operations = [
  batchGetBuilds,
  batchGetProjects,
  createProject,
  deleteProject,
  listBuildsForProject,
  listProjects,
  updateProject,
] as readonly AnyOperation[];

/** CodeBuild as far as CodeBuild actions and their owners need it (P2.1). */
export const codeBuild: Service = {
  name: "codebuild",
  target: "CodeBuild_20161006",
  signingName: "codebuild",
  schemas,
  permission: (operation) => `codebuild:${operation}`,
  operations,
  servedInPart: true,
};
