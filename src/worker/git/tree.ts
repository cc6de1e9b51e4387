/** The files of a commit. */
import { git } from "../../remotes/index.ts";

export interface TreeEntry {
  readonly kind: "file" | "executable" | "link" | "submodule";
  readonly objectId: string;
  /** As git has it: bytes, `/` between segments. */
  readonly path: Buffer;
}

const KINDS: Readonly<Record<string, TreeEntry["kind"]>> = {
  "100644": "file",
  "100664": "file",
  "100755": "executable",
  "120000": "link",
  "160000": "submodule",
};

/** More than any tree that is delivered takes: a few objects can stand for any number of files. */
const MOST_BYTES = 128 * 1024 ** 2;

/**
 * All files, links and submodules of a commit, folders being implied by paths.
 * @throws GitOutputError for more than can be delivered
 */
export async function listTree(
  repository: string,
  commitId: string,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const options = { repository, signal, mostBytes: MOST_BYTES };
  return parseTree(await git(["ls-tree", "-r", "-z", "--full-tree", commitId], options));
}

/** `<mode> <type> <id>\t<path>\0` each. */
export function parseTree(listing: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let from = 0; from < listing.length; ) {
    const end = listing.indexOf(0, from);
    const tab = listing.indexOf(0x09, from);
    const [mode = "", , objectId = ""] = listing.toString("latin1", from, tab).split(" ");
    const kind = KINDS[mode];
    if (kind === undefined) {
      throw new Error(`A tree entry has the unknown mode ${mode}`);
    }
    entries.push({ kind, objectId, path: listing.subarray(tab + 1, end) });
    from = end + 1;
  }
  return entries;
}
