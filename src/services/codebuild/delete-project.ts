import type { DeleteProjectInput, DeleteProjectOutput } from "@aws-sdk/client-codebuild";
import { operation } from "../aws-json/operation.ts";
import { projectArn } from "./arn.ts";

/** Removes a project; an unknown name succeeds, and its builds stay readable (providers.md P2.4). */
export const deleteProject = operation<DeleteProjectInput, DeleteProjectOutput>("DeleteProject", {
  resources: ({ name }, { scope }) => [projectArn(scope, name ?? "")],

  async handle({ name }, { core, scope }) {
    await core.builds.deleteProject(scope, name ?? "");
    return {};
  },
});
