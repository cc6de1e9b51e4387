/**
 * Submodules of a full clone, and theirs (P1.7, P2.2). `git submodule update` would fetch them by itself, under one
 * configuration for all hosts: where each may be, and which credentials go there, is decided here, one by one. Each has its
 * repository in its own folder, as `git submodule add` leaves them, so no name of `.gitmodules` becomes a path.
 */
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { GitError, git, remoteFailure } from "../../remotes/index.ts";
import { ProviderError } from "../provider.ts";
import { checkOut } from "./check-out.ts";
import { type Submodule, submodulesOf } from "./gitmodules.ts";
import {
  locateSubmodule,
  remoteOfSubmodule,
  type SubmoduleContext,
  withoutCredentials,
} from "./submodule-remote.ts";

/** A repository that is checked out in its folder. */
interface CheckedOut {
  readonly folder: string;
  /** Without credentials. */
  readonly url: string;
  readonly commitId: string;
}

/** In all: a commit of a repository may name others of itself, each of them two, and so on. */
const MOST = 500;
/** Of a URL, or of what ssh takes for one. */
const USER_INFO = /^([a-z0-9+.-]+:\/\/(?=[^/]*@)|(?=[^/]*:[^/]*@))[^/]*@/i;
/** All branches, as `git submodule update` fetches them. */
const BRANCHES = "+refs/heads/*:refs/remotes/origin/*";

/**
 * Fetches the submodules of what was cloned, and theirs, into their folders.
 *
 * @throws ProviderError that names the submodule, and its URL
 */
export async function fetchSubmodules(root: CheckedOut, context: SubmoduleContext): Promise<void> {
  const { log, signal } = context.tools;
  const waiting: CheckedOut[] = [root];
  let count = 0;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const submodules = await listed(next, root, context);
    count += submodules.length;
    if (count > MOST)
      throw new ProviderError(
        "ConfigurationError",
        `There are more than ${MOST} submodules, theirs included`,
      );
    for (const submodule of submodules) {
      if (submodule.leftAlone) continue;
      const path = join(next.folder, submodule.path).slice(root.folder.length + 1);
      const there = await fetchOne(next, submodule, path, context);
      log.system(`[Millrace] submodule ${path} is ${there.url} at ${there.commitId}`);
      signal.throwIfAborted();
      waiting.push(there);
    }
  }
}

async function listed(
  { folder, commitId }: CheckedOut,
  root: CheckedOut,
  { tools: { signal } }: SubmoduleContext,
): Promise<readonly Submodule[]> {
  try {
    return await submodulesOf(`${folder}/.git`, commitId, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const where = folder === root.folder ? "" : ` of ${folder.slice(root.folder.length + 1)}`;
    throw new ProviderError("ConfigurationError", `The submodules${where} can't be told: ${said(error)}`);
  }
}

/** @param path from the root of what was cloned */
async function fetchOne(
  superproject: CheckedOut,
  { path: place, name, url, commitId }: Submodule,
  path: string,
  context: SubmoduleContext,
): Promise<CheckedOut> {
  const { depth, tools } = context;
  const { signal } = tools;
  if (name === undefined || url === undefined)
    throw new ProviderError("ConfigurationError", `Submodule ${path} has no URL in .gitmodules`);
  let shown = url.replace(USER_INFO, "$1****@");
  try {
    const located = locateSubmodule(url, superproject.url);
    shown = withoutCredentials(located);
    const remote = await remoteOfSubmodule(located, context);
    const folder = join(superproject.folder, place);
    // Made by the checkout, which leaves no link on the way; to be sure of it costs little.
    if ((await realpath(folder)) !== join(await realpath(superproject.folder), place))
      throw new ProviderError("ConfigurationError", "its folder is not where it should be");
    const service = located.host;
    await checkOut(remote, { folder, commitId, refspec: BRANCHES, depth, service, signal });
    const set = (variable: string, value: string) =>
      git(["config", "--", `submodule.${name}.${variable}`, value], {
        signal,
        repository: `${superproject.folder}/.git`,
      });
    await set("url", remote.url);
    await set("active", "true");
    return { folder, url: remote.url, commitId };
  } catch (error) {
    if (signal.aborted) throw error;
    throw failure(error, `Submodule ${path} could not be fetched from ${shown}`, commitId);
  }
}

function failure(error: unknown, what: string, commitId: string): ProviderError {
  if (error instanceof ProviderError) return new ProviderError(error.type, `${what}: ${error.message}`);
  switch (remoteFailure(error)) {
    case "noRepository":
      return new ProviderError("ConfigurationError", `${what}: there is no such repository`);
    case "noRef":
    case "noCommit":
      return new ProviderError("ConfigurationError", `${what}: it has no commit ${commitId}`);
    case "denied":
      return new ProviderError(
        "PermissionError",
        `${what}: access was denied. Of this server's repositories a build reads those that its inputs came from, elsewhere what anybody may read`,
      );
    case "unreachable":
    case "other":
      return new ProviderError("ConfigurationError", `${what}: ${said(error)}`);
  }
}

/** What git complained of first: all else follows from that. */
function said(error: unknown): string {
  if (!(error instanceof GitError)) return error instanceof Error ? error.message : String(error);
  return /^(?:error|fatal): (.*)$/m.exec(error.stderr)?.[1] ?? "git failed";
}
