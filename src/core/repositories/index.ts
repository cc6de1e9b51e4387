export { repositoryArn } from "./arn.ts";
export { GitError, killGit } from "./git.ts";
export { PUSH_LIMIT } from "./git-settings.ts";
export { NO_COMMIT } from "./moves.ts";
export { refusedRef } from "./ref-names.ts";
export { createRepositories } from "./repositories.ts";
export type * from "./types.ts";
