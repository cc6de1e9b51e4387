/** Speaking to GitHub's API (S3). */

export interface Repository {
  readonly owner: string;
  readonly repo: string;
  /** Whoever has it may do what it may. */
  readonly token: string;
}

export interface HookSettings {
  /** Where deliveries are sent. */
  readonly url: string;
  /** What they are signed with; absent: they aren't. */
  readonly secret?: string;
}

/** GitHub said no, or nothing. */
export class GitHubError extends Error {
  readonly reason: "token" | "permission" | "rateLimit" | "notFound" | "invalid" | "unreachable" | "other";
  /** Its status; 502 when it couldn't be reached. */
  readonly status: number;
  /** What GitHub says of it, the time of a rate limit's end, or why there was no answer. */
  readonly detail: string;

  constructor(reason: GitHubError["reason"], status: number, detail = "") {
    super(`GitHub: ${reason} (${status}) ${detail}`);
    this.name = "GitHubError";
    this.reason = reason;
    this.status = status;
    this.detail = detail;
  }
}

export interface GitHub {
  /**
   * Makes the repository's hook for this URL, or changes the one that is there.
   * @param knownId of the hook, from an earlier registration
   * @returns its id
   * @throws GitHubError
   */
  register(repository: Repository, settings: HookSettings, knownId: number | undefined): Promise<number>;
  /** The newest commit of a branch. @throws GitHubError */
  head(repository: Repository, branch: string): Promise<string>;
  /** Removes the hook; none there is fine. @throws GitHubError */
  deregister(repository: Repository, url: string, knownId: number | undefined): Promise<void>;
}
