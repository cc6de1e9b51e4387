import type { Operation } from "../aws-json/operation.ts";
import { batchGetBuilds } from "./batch-get-builds.ts";
import { batchGetProjects } from "./batch-get-projects.ts";
import { createProject } from "./create-project.ts";
import { deleteProject } from "./delete-project.ts";
import { listBuildsForProject } from "./list-builds-for-project.ts";
import { listProjects } from "./list-projects.ts";
import { updateProject } from "./update-project.ts";

/** What Millrace answers of CodeBuild (P2.1); the rest of the model answers 501. */
export const operations = [
  batchGetBuilds,
  batchGetProjects,
  createProject,
  deleteProject,
  listBuildsForProject,
  listProjects,
  updateProject,
] as readonly Operation<never, unknown>[];
