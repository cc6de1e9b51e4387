/** Source/GitHub, version 1: delivers a commit of a repository at GitHub (P1.30). */
import { createHash } from "node:crypto";
import { allowedByUrl } from "../../network/index.ts";
import { basicAuthentication, type Remote, remoteFailure } from "../../remotes/index.ts";
import { pinned } from "../git/pinned.ts";
import type { Job } from "../protocol.ts";
import { type Outcome, type Provider, ProviderError, type Tools } from "../provider.ts";
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

const SERVICE = "GitHub";
const PUBLIC_GITHUB = "https://github.com";
/** Owners and repositories (S3.4). */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

export const gitHubSource: Provider = {
  declaration: declare({
    owner: "ThirdParty",
    category: "Source",
    provider: "GitHub",
    tier: 2,
    outputs: exactly(1),
    properties: [
      ...required("Owner Repo Branch"),
      { name: "OAuthToken", required: true, secret: true },
      ...optional("PollForSourceChanges"),
    ],
    tools: ["git"],
    besides: ["github.url"],
    outputVariables: [
      "AuthorDate",
      "BranchName",
      "CommitId",
      "CommitMessage",
      "CommitterDate",
      "CommitUrl",
      "RepositoryName",
    ],
  }),

  async run(job, tools): Promise<Outcome> {
    const source = configured(job);
    const remote = await remoteOf(job, source, tools);
    const { mirror, commit } = await fetchSource(remote, source, tools, {
      service: SERVICE,
      asFailure: (error) => inGitHubsWords(error, source),
    });
    await deliver({ repository: source.fullName, branch: source.branch, mirror, commit }, job, tools);
    const page = `${source.page}/commit/${commit.id}`;
    return {
      kind: "done",
      currentRevision: { ...revisionOf(commit), revisionUrl: page },
      outputVariables: { ...commitVariables(commit, source), CommitUrl: page },
    };
  },
};

interface GitHubSource extends CommitSource {
  readonly fullName: string;
  readonly token: string;
  /** The repository's web page. */
  readonly page: string;
}

function configured({ configuration, sourceRevision, settings }: Job): GitHubSource {
  const { Owner = "", Repo = "", Branch = "", OAuthToken = "" } = configuration;
  const source = {
    repository: Repo,
    fullName: `${Owner}/${Repo}`,
    page: `${(settings?.["github.url"] ?? PUBLIC_GITHUB).replace(/\/+$/, "")}/${Owner}/${Repo}`,
    branch: Branch.replace(/^refs\/heads\//, ""),
    token: OAuthToken,
    commitId: sourceRevision?.revisionId,
  };
  if (!NAME.test(Owner) || !NAME.test(Repo)) throw repositoryMissing(source);
  if (!isBranchName(source.branch)) throw branchMissing(source);
  if (source.commitId !== undefined && !isCommitId(source.commitId))
    throw commitMissing(source.fullName, source.commitId);
  return source;
}

async function remoteOf(
  { accountId, settings }: Job,
  { page, token }: GitHubSource,
  { signal, way }: Pick<Tools, "signal" | "way">,
): Promise<Remote> {
  const url = `${page}.git`;
  const ownHost = settings?.["github.url"];
  const allowed = ownHost === undefined ? [] : [allowedByUrl(ownHost)];
  return {
    url,
    // A commit that one token brought is not there for another.
    owner: `${accountId}\n${createHash("sha256").update(token).digest("hex")}`,
    config: {
      ...(await pinned(url, { allowed, way, service: SERVICE, signal })),
      ...basicAuthentication(url, { username: "x-access-token", password: token }),
    },
  };
}

function inGitHubsWords(error: unknown, source: GitHubSource): unknown {
  switch (remoteFailure(error)) {
    case "noRepository":
      return repositoryMissing(source);
    case "noRef":
      return branchMissing(source);
    case "noCommit":
      return commitMissing(source.fullName, source.commitId ?? "");
    case "denied":
      return new ProviderError(
        "PermissionError",
        `Could not access the GitHub repository: "${source.repository}". Make sure the OAuth token is valid, and then try again.`,
      );
    case "unreachable":
    case "other":
      return error;
  }
}

/** GitHub says the same of a repository that the token may not see. */
function repositoryMissing({ fullName }: GitHubSource): ProviderError {
  return new ProviderError(
    "ConfigurationError",
    `No GitHub repository ${fullName} was found, or its OAuth token may not read it. Make sure you are using the correct owner, repository and token, and then try again.`,
  );
}

function branchMissing({ fullName, branch }: GitHubSource): ProviderError {
  return new ProviderError(
    "ConfigurationError",
    `The action failed because no branch named ${branch} was found in the GitHub repository ${fullName}. Make sure you are using the correct branch name, and then try again.`,
  );
}
