import type { DeleteProjectInput, DeleteProjectOutput } from "@aws-sdk/client-codebuild";
import { operation } from "../aws-json/operation.ts";
import { onProject } from "./authorization.ts";

/** Removes a project; an unknown name succeeds, and its builds stay readable (providers.md P2.4). */
export const deleteProject = operation<DeleteProjectInput, DeleteProjectOutput>("DeleteProject", {
  authorization: onProject(({ name }) => name),

  async handle({ name }, { core, scope }) {
    await core.builds.deleteProject(scope, name ?? "");
    return {};
  },
});
