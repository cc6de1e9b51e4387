/** Running a build (providers.md P2 to P4): shared by the providers CodeBuild and Commands. */
export type { ProjectRequest } from "./project-context.ts";
export { runCommandsAction } from "./run-commands-action.ts";
export { runProject } from "./run-project.ts";
