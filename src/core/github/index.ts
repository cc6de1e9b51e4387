export type { GitHubOptions } from "./calls.ts";
export { createGitHub } from "./github.ts";
