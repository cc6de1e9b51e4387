/** Source/CodeCommit: delivers a commit of a hosted repository (P1.1 to P1.13). */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveCommit } from "../git/archive-commit.ts";
import type { CloneReference } from "../git/clone-reference.ts";
import { type Commit, parseCommit, utcSeconds } from "../git/commit.ts";
import { fetchCommit } from "../git/mirror.ts";
import { ObjectReader } from "../git/objects.ts";
import { hostedRemote, type Remote, remoteFailure } from "../git/remote.ts";
import { branchMissing, commitMissing, repositoryMissing, sourceError } from "../git/source-error.ts";
import type { Job } from "../protocol.ts";
import type { Outcome, Provider, Tools } from "../provider.ts";
import { withRetries } from "../retry.ts";
import { declare, exactly, optional, required } from "./declare.ts";
import { onlyOutput } from "./job-artifacts.ts";

/** The longest commit message in a variable, in bytes (P1.4). */
const MESSAGE_BYTES = 100 * 1024;

export const codeCommitSource: Provider = {
  declaration: declare({
    category: "Source",
    provider: "CodeCommit",
    outputs: exactly(1),
    properties: [
      ...required("RepositoryName BranchName"),
      ...optional("PollForSourceChanges"),
      { name: "OutputArtifactFormat", required: false, allowed: ["CODE_ZIP", "CODEBUILD_CLONE_REF"] },
    ],
    outputVariables: [
      "AuthorDate",
      "BranchName",
      "CommitId",
      "CommitMessage",
      "CommitterDate",
      "RepositoryName",
    ],
    tools: ["git"],
  }),

  async run(job, tools): Promise<Outcome> {
    const source = configured(job);
    const remote = hostedRemote(job, source.repository);
    const { mirror, commit } = await fetchSource(source, remote, tools);
    const what = source.format === "CODEBUILD_CLONE_REF" ? "a clone reference to" : "an archive of";
    tools.log.system(
      `[Millrace] delivering ${what} commit ${commit.id} of ${source.repository}/${source.branch}`,
    );
    if (source.format === "CODEBUILD_CLONE_REF") {
      await uploadReference(source, remote, commit, job, tools);
    } else {
      await uploadZip(source, mirror, commit, job, tools);
    }
    return {
      kind: "done",
      currentRevision: {
        revision: commit.id,
        changeIdentifier: commit.id,
        created: commit.committedAt.getTime(),
        revisionSummary: commit.message,
      },
      outputVariables: {
        AuthorDate: utcSeconds(commit.authoredAt),
        BranchName: source.branch,
        CommitId: commit.id,
        CommitMessage: withinBytes(commit.message, MESSAGE_BYTES),
        CommitterDate: utcSeconds(commit.committedAt),
        RepositoryName: source.repository,
      },
    };
  },
};

interface Source {
  readonly repository: string;
  /** Without `refs/heads/`. */
  readonly branch: string;
  readonly format: string;
  /** The commit that the execution is bound to; absent: the branch's newest. */
  readonly commitId: string | undefined;
}

function configured({ configuration, sourceRevision }: Job): Source {
  const source = {
    repository: configuration.RepositoryName ?? "",
    branch: (configuration.BranchName ?? "").replace(/^refs\/heads\//, ""),
    format: configuration.OutputArtifactFormat ?? "CODE_ZIP",
    commitId: sourceRevision?.revisionId,
  };
  if (!/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(source.repository)) {
    throw repositoryMissing(source);
  }
  if (!isBranchName(source.branch)) {
    throw branchMissing(source);
  }
  if (source.commitId !== undefined && !isCommitId(source.commitId)) {
    throw commitMissing(source);
  }
  return source;
}

/** A name by git-check-ref-format; others name no branch, and mean something else in a refspec. */
function isBranchName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses control characters
  const refused = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[/.-]|[/.]$|^$|^@$/;
  return !refused.test(name);
}

/** A full id: an override may also name a branch or what git makes of `main:file`, which are no revisions (P1.11). */
function isCommitId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

async function fetchSource(
  source: Source,
  remote: Remote,
  { cacheDir, signal }: Tools,
): Promise<{ mirror: string; commit: Commit }> {
  try {
    const { mirror, commitId } = await withRetries(
      () => fetchCommit(remote, { branch: source.branch, wanted: source.commitId }, { cacheDir, signal }),
      { service: "The git host", signal, isTransient: (error) => remoteFailure(error) === "unreachable" },
    );
    await using objects = new ObjectReader(mirror, signal);
    const { type, body } = await objects.open(commitId);
    if (type !== "commit") throw commitMissing(source);
    return { mirror, commit: parseCommit(commitId, Buffer.concat(await body.toArray())) };
  } catch (error) {
    throw sourceError(error, source);
  }
}

async function uploadZip(
  source: Source,
  mirror: string,
  commit: Commit,
  job: Job,
  { workDir, cacheDir, signal, artifacts }: Tools,
): Promise<void> {
  const file = join(workDir, "source.zip");
  await archiveCommit({ repositoryName: source.repository, mirror, commit, file, cacheDir, signal });
  await artifacts.upload(file, onlyOutput(job));
}

async function uploadReference(
  source: Source,
  remote: Remote,
  commit: Commit,
  job: Job,
  { workDir, artifacts }: Tools,
): Promise<void> {
  const reference: CloneReference = {
    millraceCloneRef: 1,
    provider: "CodeCommit",
    repository: source.repository,
    cloneUrl: remote.url,
    branch: source.branch,
    commitId: commit.id,
  };
  const file = join(workDir, "reference.json");
  await writeFile(file, JSON.stringify(reference));
  await artifacts.upload(file, onlyOutput(job), { contentType: "application/json" });
}

/** Cut at a character border. */
function withinBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= limit ? text : bytes.toString("utf8", 0, limit).replace(/\ufffd+$/, "");
}
