/** Source/CodeCommit: delivers a commit of a hosted repository (P1.1 to P1.13). */
import { hostedRemote } from "../git/hosted.ts";
import { branchMissing, commitMissing, repositoryMissing, sourceError } from "../git/source-error.ts";
import type { Job } from "../protocol.ts";
import type { Outcome, Provider } from "../provider.ts";
import { commitVariables, deliver, fetchSource, isBranchName, isCommitId, revisionOf } from "./commits.ts";
import { declare, exactly, optional, required } from "./declare.ts";

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
    const remote = hostedRemote(job, source.repository, tools.way);
    const { mirror, commit } = await fetchSource(remote, source, tools, {
      service: "The git host",
      asFailure: (error) => sourceError(error, source),
    });
    const { repository, branch } = source;
    const reference = {
      millraceCloneRef: 1,
      provider: "CodeCommit",
      repository,
      cloneUrl: remote.url,
      branch,
      commitId: commit.id,
    } as const;
    const cloned = source.format === "CODEBUILD_CLONE_REF" && { reference };
    await deliver({ repository, branch, mirror, commit, ...cloned }, job, tools);
    return {
      kind: "done",
      currentRevision: revisionOf(commit),
      outputVariables: commitVariables(commit, source),
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
