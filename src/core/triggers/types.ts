/** What happened at a git host, and what of it starts a pipeline (S4). */

/** Patterns of one kind; an exclude wins over an include (S4.7). */
export interface Criteria {
  readonly includes?: readonly string[];
  readonly excludes?: readonly string[];
}

export type PullRequestEvent = "OPEN" | "UPDATED" | "CLOSED";

export interface PushFilter {
  readonly tags?: Criteria;
  readonly branches?: Criteria;
  readonly filePaths?: Criteria;
}

export interface PullRequestFilter {
  /** Absent: all of them. */
  readonly events?: readonly PullRequestEvent[];
  /** Of the target. */
  readonly branches?: Criteria;
  readonly filePaths?: Criteria;
}

/** When a source action of a connection starts its pipeline. */
export type ConnectionTrigger =
  /** Every push to exactly this branch (S4.10). */
  | { readonly kind: "branch"; readonly branch: string }
  | {
      readonly kind: "filters";
      readonly push: readonly PushFilter[];
      readonly pullRequest: readonly PullRequestFilter[];
    };

interface Happened {
  /** As the host spells it. */
  readonly repository: string;
}

/** A branch or tag was made or moved; deletions are none (S4.14). */
export interface Push extends Happened {
  readonly kind: "push";
  readonly refType: "branch" | "tag";
  /** Without `refs/heads/` or `refs/tags/`. */
  readonly name: string;
  /** The commit before; undefined where the ref is new. */
  readonly before: string | undefined;
  /** The commit that it is at now. */
  readonly after: string;
}

export interface PullRequest extends Happened {
  readonly kind: "pullRequest";
  readonly event: PullRequestEvent;
  /** Its number, as text. */
  readonly id: string;
  readonly title: string;
  /** Branches. */
  readonly source: string;
  readonly target: string;
  /** The source branch's; its first digits where the host tells no more. */
  readonly commit: string;
  /** Where the target was, as the event names it. */
  readonly targetCommit: string | undefined;
  /** Whether it comes from another repository, or from one that isn't known (S4.27). */
  readonly fork: boolean;
  /** What the commit is fetched by (S4.28). */
  readonly ref: string;
}

export type Change = Push | PullRequest;
