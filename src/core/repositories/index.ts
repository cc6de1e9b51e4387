export { repositoryArn } from "./arn.ts";
export { killGit } from "./git.ts";
export { PUSH_LIMIT } from "./git-settings.ts";
export { isMissing } from "./missing.ts";
export { refusedRef } from "./ref-names.ts";
export { createRepositories } from "./repositories.ts";
export type * from "./types.ts";
