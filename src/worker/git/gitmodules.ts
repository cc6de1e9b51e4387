/** Which submodules a commit has, and what its `.gitmodules` says of them. */
import { GitOutputError, git } from "../../remotes/index.ts";
import { listTree } from "./tree.ts";

export interface Submodule {
  /** From the commit's tree, where git lets none leave it. */
  readonly path: string;
  readonly commitId: string;
  /** What `.gitmodules` calls it; absent where that doesn't name its path. */
  readonly name?: string;
  /** As it is written. */
  readonly url?: string;
  /** `update = none`: git leaves it alone. */
  readonly leftAlone: boolean;
}

/** Of a name, a path and a URL each, hundreds are a tenth of this. */
const MOST_BYTES = 1024 ** 2;

/** @throws GitError, Error for names that are no text, or a `.gitmodules` that is no file, or too large */
export async function submodulesOf(
  repository: string,
  commitId: string,
  signal: AbortSignal,
): Promise<readonly Submodule[]> {
  const tree = await listTree(repository, commitId, signal);
  const links = tree.filter(({ kind }) => kind === "submodule");
  if (links.length === 0) return [];
  const file = tree.find(({ path }) => path.toString("latin1") === ".gitmodules");
  if (file?.kind === "link") throw new Error(".gitmodules is a link");
  const told = file === undefined ? [] : await readGitmodules(repository, file.objectId, signal);
  return links.map(({ path, objectId }) => {
    const text = path.toString("utf8");
    if (!Buffer.from(text).equals(path)) throw new Error(`the path of a submodule is not UTF-8: ${text}`);
    const found = told.find((one) => one.path === text);
    return {
      path: text,
      commitId: objectId,
      ...(found !== undefined && { name: found.name }),
      ...(found?.url !== undefined && { url: found.url }),
      leftAlone: found?.update === "none",
    };
  });
}

type Told = Readonly<Partial<Record<string, string>>> & { readonly name: string };

/** By git's own reader, which follows no `include` in a blob. */
async function readGitmodules(
  repository: string,
  blob: string,
  signal: AbortSignal,
): Promise<readonly Told[]> {
  const options = { repository, signal, mostBytes: MOST_BYTES };
  const listing = await git(["config", `--blob=${blob}`, "--null", "--list"], options).catch((error) => {
    throw error instanceof GitOutputError ? new Error(".gitmodules is too large") : error;
  });
  const sections = new Map<string, Record<string, string>>();
  for (const entry of listing.toString("utf8").split("\0")) {
    const [, name, variable, value] = /^submodule\.(.+)\.(path|url|update)\n(.*)$/s.exec(entry) ?? [];
    if (name === undefined || variable === undefined || value === undefined) continue;
    sections.set(name, { ...sections.get(name), [variable]: value });
  }
  return Array.from(sections, ([name, members]) => ({ ...members, name }));
}
