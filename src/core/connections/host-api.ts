import type { Credential, ProviderType } from "./types.ts";

/** Where a provider's API is, and what opens it (the providers' table of S7). */
export interface HostApi {
  /** Without a trailing slash. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * @param gitHubApi GitHub's own, without a trailing slash
 * @param endpoint of the host, for providers that have one
 * @returns undefined for plain git, which has no API
 */
export function hostApi(
  gitHubApi: string,
  providerType: ProviderType,
  endpoint: string,
  { token, user }: Credential,
): HostApi | undefined {
  const bearer = { authorization: `Bearer ${token}` };
  const gitHubs = { ...bearer, accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };
  switch (providerType) {
    case "GitHub":
      return { base: gitHubApi, headers: gitHubs };
    case "GitHubEnterpriseServer":
      return { base: `${endpoint}/api/v3`, headers: gitHubs };
    case "GitLab":
      return { base: "https://gitlab.com/api/v4", headers: { "private-token": token } };
    case "GitLabSelfManaged":
      return { base: `${endpoint}/api/v4`, headers: { "private-token": token } };
    case "Bitbucket": {
      const basic = Buffer.from(`${user}:${token}`).toString("base64");
      return {
        base: "https://api.bitbucket.org/2.0",
        headers: user === undefined ? bearer : { authorization: `Basic ${basic}` },
      };
    }
    case "Gitea":
      return { base: `${endpoint}/api/v1`, headers: { authorization: `token ${token}` } };
    case "Git":
      return undefined;
  }
}
