import type { Ambient } from "../scope.ts";
import type { Store } from "../store/store.ts";
import type { Turns } from "../turns.ts";
import type { Git } from "./git.ts";
import type { Recorded } from "./record.ts";
import { keepCommits, pointHead } from "./refs.ts";
import type { BranchMoved } from "./types.ts";
import type { PushesUnderWay } from "./under-way.ts";

/** What the files of this room share. */
export interface Parts {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly git: Git;
  readonly branchMoved: BranchMoved;
  readonly underWay: PushesUnderWay;
  /** What looks at a repository's refs, and what begins to change them, runs one after another. */
  readonly inTurn: Turns;
  /** Absolute path of a repository's folder. */
  pathOf(repositoryId: string): string;
}

/**
 * Brings the folder in line with what was recorded. After a crash before it, the next look at the refs mends HEAD, and
 * commits are kept by whatever else reaches them.
 */
export async function follow({ git }: Parts, path: string, recorded: Recorded): Promise<void> {
  if (recorded.defaultBranch !== null) await pointHead(git, path, recorded.defaultBranch);
  await keepCommits(git, path, recorded.started);
}
