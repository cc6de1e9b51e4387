/** What the sources of git repositories share: a commit is fetched, archived, and told of (P1.1 to P1.5). */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fetchCommit, ObjectReader, type Remote, remoteFailure } from "../../remotes/index.ts";
import type { CloneReference } from "../git/clone-reference.ts";
import { type Commit, parseCommit, utcSeconds } from "../git/commit.ts";
import type { Job, JobSuccess } from "../protocol.ts";
import { ProviderError, type Tools } from "../provider.ts";
import { withRetries } from "../retry.ts";
import { onlyOutput } from "./job-artifacts.ts";

/** The longest commit message in a variable, in bytes (P1.4). */
const MESSAGE_BYTES = 100 * 1024;

export interface CommitSource {
  readonly repository: string;
  /** Without `refs/heads/`. */
  readonly branch: string;
  /** The commit that the execution is bound to; absent: the branch's newest. */
  readonly commitId: string | undefined;
  /** What the commit is fetched by, where it isn't the branch. */
  readonly ref?: string;
}

export interface Fetched {
  readonly mirror: string;
  readonly commit: Commit;
}

interface Host {
  /** As messages name it. */
  readonly service: string;
  /** A failure of git's in the provider's words; what is none stays as it is. */
  asFailure(error: unknown): unknown;
}

/** @throws ProviderError */
export async function fetchSource(
  remote: Remote,
  source: CommitSource,
  { cacheDir, signal }: Tools,
  { service, asFailure }: Host,
): Promise<Fetched> {
  try {
    const wanted = {
      ...(source.commitId !== undefined && { wanted: source.commitId }),
      ...(source.ref !== undefined && { ref: source.ref }),
    };
    const { mirror, commitId } = await withRetries(
      () => fetchCommit(remote, { branch: source.branch, ...wanted }, { cacheDir, signal }),
      { service, signal, isTransient: (error) => remoteFailure(error) === "unreachable" },
    );
    await using objects = new ObjectReader(mirror, signal);
    const { type, body } = await objects.open(commitId);
    if (type !== "commit") throw commitMissing(source.repository, commitId);
    return { mirror, commit: parseCommit(commitId, Buffer.concat(await body.toArray())) };
  } catch (error) {
    throw await asFailure(error);
  }
}

/** What a source hands on, and how it is told of. */
export interface Delivery extends Fetched {
  /** As messages and the archive name it. */
  readonly repository: string;
  readonly branch: string;
  /** What stands for the repository at the commit, where its files aren't handed on themselves (P1.6). */
  readonly reference?: CloneReference;
}

/** Uploads the commit as the job's output, and says so in its log. @throws ProviderError */
export async function deliver(delivery: Delivery, job: Job, tools: Tools): Promise<void> {
  const { repository, branch, commit, reference } = delivery;
  const what = reference === undefined ? "an archive of" : "a clone reference to";
  tools.log.system(`[Millrace] delivering ${what} commit ${commit.id} of ${repository}/${branch}`);
  await (reference === undefined ? uploadZip(delivery, job, tools) : uploadReference(reference, job, tools));
}

async function uploadZip(
  { repository, mirror, commit }: Delivery,
  job: Job,
  { workDir, cacheDir, signal, artifacts }: Tools,
): Promise<void> {
  // With the first commit: an idle worker needs no archives.
  const { archiveCommit } = await import("../git/archive-commit.ts");
  const file = join(workDir, "source.zip");
  await archiveCommit({ repositoryName: repository, mirror, commit, file, cacheDir, signal });
  await artifacts.upload(file, onlyOutput(job));
}

async function uploadReference(
  reference: CloneReference,
  job: Job,
  { workDir, artifacts }: Tools,
): Promise<void> {
  const file = join(workDir, "reference.json");
  await writeFile(file, JSON.stringify(reference));
  await artifacts.upload(file, onlyOutput(job), { contentType: "application/json" });
}

export function revisionOf(commit: Commit): NonNullable<JobSuccess["currentRevision"]> {
  return {
    revision: commit.id,
    changeIdentifier: commit.id,
    created: commit.committedAt.getTime(),
    revisionSummary: commit.message,
  };
}

/** The output variables that every such source has (P1.4). */
export function commitVariables(
  commit: Commit,
  { repository, branch }: Pick<CommitSource, "repository" | "branch">,
): Record<string, string> {
  return {
    AuthorDate: utcSeconds(commit.authoredAt),
    BranchName: branch,
    CommitId: commit.id,
    CommitMessage: withinBytes(commit.message, MESSAGE_BYTES),
    CommitterDate: utcSeconds(commit.committedAt),
    RepositoryName: repository,
  };
}

/** A name by git-check-ref-format; others name no branch, and mean something else in a refspec. */
export function isBranchName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses control characters
  const refused = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[/.-]|[/.]$|^$|^@$/;
  return !refused.test(name);
}

/** A full id: an override may also name a branch or what git makes of `main:file`, which are no revisions (P1.11). */
export function isCommitId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

export function commitMissing(repository: string, commitId: string): ProviderError {
  return new ProviderError(
    "RevisionUnavailable",
    `Commit ${commitId} is no longer in repository ${repository}`,
  );
}

/** Cut at a character border. */
function withinBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= limit ? text : bytes.toString("utf8", 0, limit).replace(/\ufffd+$/, "");
}
