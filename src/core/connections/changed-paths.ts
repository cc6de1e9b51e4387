/** Which paths a push or a pull request changes, by the repository itself: payloads don't list them all (S4.20, S4.21). */
import type { Way } from "../../network/index.ts";
import {
  fetchCommit,
  GitOutputError,
  git,
  hasCommit,
  mirrorsIn,
  removeUnusedMirrors,
} from "../../remotes/index.ts";
import { remoteOf } from "./remote.ts";
import type { Connections } from "./types.ts";

export interface ChangedPaths {
  /** In the order of their bytes; what is no UTF-8 in them is a NUL. */
  readonly paths: readonly string[];
  /** There are more. */
  readonly truncated: boolean;
}

/** Two commits to compare, and how they are fetched. */
export interface Comparison {
  readonly account: string;
  readonly connectionArn: string;
  readonly repository: string;
  /** The newer commit, and the ref that leads to it. */
  readonly commit: string;
  readonly ref: string;
  /** The older one, of the same ref; or, of a pull request, the branch that it is for and where that was, if known. */
  readonly from:
    | { readonly kind: "commit"; readonly commit: string }
    | { readonly kind: "mergeBase"; readonly branch: string; readonly commit: string | undefined };
}

export interface PathComparer {
  /** @returns undefined where it can't be told, or not in time */
  compare(comparison: Comparison): Promise<ChangedPaths | undefined>;
  /** Ends what is under way, and the removal of mirrors that nobody uses any more. */
  close(): void;
}

export interface ComparerOptions {
  readonly connections: Pick<Connections, "repository">;
  /** Where the mirrors are kept. */
  readonly folder: string;
  /** By which the hosts are reached. */
  readonly way: Way;
  /** Told why a comparison failed. */
  onFailure(error: unknown): void;
}

/** The host waits for its answer, ten seconds at most. */
const PATIENCE_MS = 7_000;
/** A first fetch goes on behind it, so that the next comparison finds what is there. */
const FETCH_MS = 30 * 60_000;
const TIDY_EVERY_MS = 24 * 60 * 60_000;
const MOST_PATHS = 10_000;
/** More than so many paths take, as long as file systems allow them. */
const MOST_BYTES = 64 * 1024 ** 2;
/** git has all of the paths in memory before it tells one, and a dozen objects can stand for any number of them. */
const DIFF_MS = 3_000;
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

export function createPathComparer({ connections, folder, way, onFailure }: ComparerOptions): PathComparer {
  const closing = new AbortController();
  // What can't be removed today may be tomorrow.
  const tidy = () => void removeUnusedMirrors(mirrorsIn(folder), Date.now()).catch(() => undefined);
  tidy();
  const tidying = setInterval(tidy, TIDY_EVERY_MS).unref();

  async function compareByGit(comparison: Comparison): Promise<ChangedPaths | undefined> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(FETCH_MS)]);
    const { account, connectionArn, repository, commit, ref, from } = comparison;
    const access = await connections.repository(account, connectionArn, repository);
    const remote = await remoteOf(account, access, way);
    const fetched = (wanted: string | undefined, by: string) =>
      fetchCommit(
        remote,
        { branch: by.replace(/^refs\/heads\//, ""), ref: by, ...(wanted !== undefined && { wanted }) },
        { cacheDir: folder, signal },
      );
    const { mirror } = await fetched(commit, ref);
    const options = { repository: mirror, signal };
    if (from.kind === "commit") {
      // Forced away, it may be there no more.
      if (!(await hasCommit(mirror, from.commit, signal)))
        await fetched(from.commit, ref).catch(() => undefined);
      if (!(await hasCommit(mirror, from.commit, signal))) return undefined;
      return pathsBetween(from.commit, commit, options);
    }
    const { commitId: target } = await fetched(from.commit, `refs/heads/${from.branch}`);
    const base = await git(["merge-base", target, commit], options).then(
      (output) => output.toString().trim(),
      () => EMPTY_TREE,
    );
    // Where the target has it already, nothing tells what it brought.
    return base.startsWith(commit) ? undefined : pathsBetween(base, commit, options);
  }

  return {
    async compare(comparison) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
      });
      const compared = compareByGit(comparison).catch((error: unknown) => {
        if (!closing.signal.aborted) onFailure(error);
        return undefined;
      });
      try {
        return await Promise.race([compared, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      clearInterval(tidying);
      closing.abort();
    },
  };
}

async function pathsBetween(
  before: string,
  after: string,
  options: { readonly repository: string; readonly signal: AbortSignal },
): Promise<ChangedPaths> {
  const args = ["diff-tree", "-r", "-z", "--no-renames", "--name-only", before, after];
  const late = AbortSignal.timeout(DIFF_MS);
  const signal = AbortSignal.any([options.signal, late]);
  try {
    return splitPaths(await git(args, { ...options, signal, mostBytes: MOST_BYTES }), MOST_PATHS);
  } catch (error) {
    if (late.aborted || error instanceof GitOutputError) return { paths: [], truncated: true };
    throw error;
  }
}

/** @param output each path ended by a NUL, in the order of their bytes */
export function splitPaths(output: Buffer, most: number): ChangedPaths {
  const paths: string[] = [];
  for (let start = 0; start < output.length; ) {
    if (paths.length === most) return { paths, truncated: true };
    const end = output.indexOf(0, start);
    paths.push(decoded(output.subarray(start, end)));
    start = end + 1;
  }
  return { paths, truncated: false };
}

function decoded(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  // A character that stands for itself stays; one that stands for other bytes is none.
  return Buffer.from(text).equals(bytes) ? text : text.replaceAll("\ufffd", "\0");
}
