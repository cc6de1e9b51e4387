import type { GitHubError, Repository } from "../github/types.ts";

/** What a poll that GitHub answered with an error shows of it (S5.6). */
export function failureOf(error: GitHubError, { owner, repo }: Repository, branch: string) {
  switch (error.reason) {
    case "token":
    case "permission":
      return {
        code: "PermissionError",
        message: `Could not access the GitHub repository: "${repo}". Make sure the OAuth token is valid, and then try again.`,
      };
    case "notFound":
      return {
        code: "ConfigurationError",
        message: `The action failed because no branch named ${branch} was found in the GitHub repository ${owner}/${repo}. Make sure you are using the correct repository and branch name, and then try again.`,
      };
    case "rateLimit":
      return {
        code: "SystemUnavailable",
        message: `GitHub's rate limit is used up; it is asked again after ${error.detail}.`,
      };
    case "invalid":
    case "unreachable":
    case "other":
      return { code: "SystemUnavailable", message: `GitHub could not be reached: ${error.detail}` };
  }
}
