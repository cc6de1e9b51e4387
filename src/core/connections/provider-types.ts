import type { ProviderType } from "./types.ts";

export const PROVIDER_TYPES: readonly ProviderType[] = [
  "Bitbucket",
  "GitHub",
  "GitHubEnterpriseServer",
  "GitLab",
  "GitLabSelfManaged",
  "Gitea",
  "Git",
];

const WITH_HOST: readonly ProviderType[] = ["GitHubEnterpriseServer", "GitLabSelfManaged", "Gitea", "Git"];

/** Whether repositories of this type are on a host with an endpoint of its own (S7.4). */
export function needsHost(type: ProviderType): boolean {
  return WITH_HOST.includes(type);
}

export function isProviderType(text: string | undefined): text is ProviderType {
  return PROVIDER_TYPES.some((type) => type === text);
}
