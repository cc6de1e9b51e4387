/** Source/CodeStarSourceConnection: delivers a commit of a repository at a git host (P1.25 to P1.28). */

import type { Commit } from "../git/commit.ts";
import { type Connected, connect, inHostsWords } from "../git/connected.ts";
import type { Job } from "../protocol.ts";
import { type Outcome, type Provider, ProviderError } from "../provider.ts";
import {
  type CommitSource,
  commitMissing,
  commitVariables,
  deliver,
  fetchSource,
  isBranchName,
  isCommitId,
  revisionOf,
} from "./commits.ts";
import { declare, exactly, optional, required } from "./declare.ts";

export const connectionSource: Provider = {
  declaration: declare({
    category: "Source",
    provider: "CodeStarSourceConnection",
    tier: 2,
    outputs: exactly(1),
    properties: [
      ...required("ConnectionArn FullRepositoryId BranchName"),
      { name: "OutputArtifactFormat", required: false, allowed: ["CODE_ZIP", "CODEBUILD_CLONE_REF"] },
      ...optional("DetectChanges"),
    ],
    outputVariables: [
      "AuthorDate",
      "AuthorDisplayName",
      "AuthorEmail",
      "AuthorId",
      "BranchName",
      "CommitId",
      "CommitMessage",
      "ConnectionArn",
      "DestinationBranchName",
      "FullRepositoryName",
      "ProviderType",
      "PullRequestId",
      "PullRequestTitle",
      "TagName",
    ],
    tools: ["git"],
  }),

  async run(job, tools): Promise<Outcome> {
    const source = configured(job);
    const connected = await connect(job, undefined, tools);
    const { providerType, commitPages } = connected;
    const { branch, ref = "refs/heads/any" } = source;
    if (!isBranchName(branch) || !isBranchName(ref)) throw branchMissing(connected, source);
    const { mirror, commit } = await fetchSource(connected.remote, source, tools, {
      service: providerType,
      asFailure: (error) =>
        inHostsWords(error, connected, source, () => tools.client.doubtConnection(job.id, undefined)),
    });
    const repository = source.fullName;
    const reference = {
      millraceCloneRef: 1,
      provider: "CodeStarSourceConnection",
      repository,
      cloneUrl: connected.cloneUrl,
      branch,
      commitId: commit.id,
      connectionArn: connected.connectionArn,
    } as const;
    await deliver({ repository, branch, mirror, commit, ...(source.cloned && { reference }) }, job, tools);
    return {
      kind: "done",
      currentRevision: {
        ...revisionOf(commit),
        // As AWS sends it for this provider (P1.5).
        revisionSummary: JSON.stringify({ ProviderType: providerType, CommitMessage: commit.message }),
        ...(commitPages !== undefined && { revisionUrl: `${commitPages}${commit.id}` }),
      },
      outputVariables: variablesOf(job, source, connected, commit),
    };
  },
};

interface ConnectionSource extends CommitSource {
  readonly fullName: string;
  /** Whether consumers clone the repository themselves (P1.6). */
  readonly cloned: boolean;
}

function configured({ configuration, sourceRevision }: Job): ConnectionSource {
  const { FullRepositoryId = "", BranchName = "", OutputArtifactFormat = "" } = configuration;
  const source = {
    repository: FullRepositoryId,
    fullName: FullRepositoryId,
    // A pull request's comes from its own branch.
    branch: sourceRevision?.variables?.BranchName ?? BranchName.replace(/^refs\/heads\//, ""),
    cloned: OutputArtifactFormat.toUpperCase() === "CODEBUILD_CLONE_REF",
    commitId: sourceRevision?.revisionId,
    ...(sourceRevision?.ref !== undefined && { ref: sourceRevision.ref }),
  };
  // The host that told of it may know its first digits only.
  const isShort = source.ref !== undefined && /^[0-9a-f]{7,40}$/.test(source.commitId ?? "");
  if (source.commitId !== undefined && !isCommitId(source.commitId) && !isShort)
    throw commitMissing(source.fullName, source.commitId);
  return source;
}

/** What the host and the event don't tell is left out (P1.27). */
function variablesOf(
  { sourceRevision }: Job,
  source: ConnectionSource,
  { providerType, connectionArn }: Connected,
  commit: Commit,
): Record<string, string> {
  const {
    CommitterDate: _date,
    RepositoryName: _name,
    BranchName,
    ...common
  } = commitVariables(commit, source);
  const { name, email } = commit.author;
  const told = sourceRevision?.variables ?? {};
  return {
    ...common,
    ...("TagName" in told ? {} : { BranchName }),
    ...(name !== "" && { AuthorDisplayName: name }),
    ...(email !== "" && { AuthorEmail: email }),
    ...(email !== "" && providerType === "Git" && { AuthorId: email }),
    ConnectionArn: connectionArn,
    FullRepositoryName: source.fullName,
    ProviderType: providerType,
    ...told,
  };
}

function branchMissing({ providerType }: Connected, { branch, fullName }: ConnectionSource): ProviderError {
  return new ProviderError(
    "ConfigurationError",
    `[${providerType}] No Branch [${branch}] found for FullRepositoryName [${fullName}]`,
  );
}
