/** Where a connection's repository is, and what opens it (the providers' table of S7; P1.28). */
import type { OpenedConnection, ProviderType, RepositoryAccess } from "./types.ts";

const BITBUCKET = "https://bitbucket.org";
const GITLAB = "https://gitlab.com";

/** Of owners, groups and repositories; a dot alone, or two, would lead elsewhere. */
const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,100}$/;
const MOST_SEGMENTS = 20;

/**
 * @param gitHubUrl the base of GitHub's repositories, without a trailing slash
 * @returns undefined for an id that can't be one of the provider's (S7.4)
 */
export function repositoryAccess(
  connection: OpenedConnection,
  fullRepositoryId: string,
  gitHubUrl: string,
): Omit<RepositoryAccess, "allowOutgoing"> | undefined {
  const { arn, providerType, endpoint = "", credential } = connection;
  const path = fullRepositoryId.replace(/^\/+/, "");
  const segments = path.split("/");
  if (segments.length > MOST_SEGMENTS || !segments.every((segment) => SEGMENT.test(segment)))
    return undefined;
  const { base, least, most, commits } = placeOf(providerType, endpoint, gitHubUrl);
  if (segments.length < least || segments.length > most) return undefined;
  const page = `${base}/${path}`;
  return {
    connectionArn: arn,
    providerType,
    // Plain git's path is taken as it is.
    cloneUrl: providerType === "Git" || page.endsWith(".git") ? page : `${page}.git`,
    ...userOf(providerType, credential),
    secret: credential.token,
    ...(commits !== undefined && { commitPages: `${page.replace(/\.git$/, "")}/${commits}/` }),
  };
}

/**
 * What a provider's API calls a repository. A clone's name is taken for it where git is asked; the APIs don't.
 * @returns undefined for what can't be one: what a `.git` was taken from may be a dot, which would lead elsewhere
 */
export function repositoryInApi(connection: OpenedConnection, fullRepositoryId: string): string | undefined {
  const repository = fullRepositoryId.replace(/^\/+|\.git$/g, "");
  return repositoryAccess(connection, repository, "") === undefined ? undefined : repository;
}

interface Place {
  readonly base: string;
  /** Segments of an id. */
  readonly least: number;
  readonly most: number;
  /** What stands between a repository's page and a commit's id, where there are pages. */
  readonly commits?: string;
}

function placeOf(providerType: ProviderType, endpoint: string, gitHubUrl: string): Place {
  switch (providerType) {
    case "GitHub":
      return { base: gitHubUrl, least: 2, most: 2, commits: "commit" };
    case "GitHubEnterpriseServer":
    case "Gitea":
      return { base: endpoint, least: 2, most: 2, commits: "commit" };
    case "GitLab":
      return { base: GITLAB, least: 2, most: MOST_SEGMENTS, commits: "-/commit" };
    case "GitLabSelfManaged":
      return { base: endpoint, least: 2, most: MOST_SEGMENTS, commits: "-/commit" };
    case "Bitbucket":
      return { base: BITBUCKET, least: 2, most: 2, commits: "commits" };
    case "Git":
      return { base: endpoint, least: 1, most: MOST_SEGMENTS };
  }
}

function userOf(
  providerType: ProviderType,
  { token, user }: OpenedConnection["credential"],
): Pick<RepositoryAccess, "username" | "password"> {
  switch (providerType) {
    case "GitHub":
    case "GitHubEnterpriseServer":
      return { username: "x-access-token", password: token };
    case "GitLab":
    case "GitLabSelfManaged":
      return { username: "oauth2", password: token };
    case "Bitbucket":
      return { username: user ?? "x-token-auth", password: token };
    case "Gitea":
      return user === undefined
        ? { username: token, password: "x-oauth-basic" }
        : { username: user, password: token };
    case "Git":
      return { username: user ?? "git", password: token };
  }
}
