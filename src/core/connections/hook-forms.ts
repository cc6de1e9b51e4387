/** Hooks of repositories in the words of each provider's API (S7.6). */
import type { ProviderType } from "./types.ts";

/** What a host is to send, and where. */
export interface Hook {
  readonly url: string;
  /** What its deliveries are signed with. */
  readonly secret: string;
  /** In the host's own words. */
  readonly events: readonly string[];
}

export interface HookForm {
  /** Of a repository's hooks, below the API's base. */
  readonly path: string;
  /** How one that is there gets other content, its secret too; undefined where another must take its place. */
  readonly change: "PATCH" | "PUT" | undefined;
  readonly body: object;
  /** The id and URL of a hook that the host tells of; undefined for what is none. */
  read(told: unknown): { readonly id: string; readonly url: string | undefined } | undefined;
}

/** @param repository as the API has it @returns undefined for plain git, which has no hooks */
export function hookForm(
  providerType: ProviderType,
  repository: string,
  { url, secret, events }: Hook,
): HookForm | undefined {
  const config = { url, content_type: "json", secret };
  switch (providerType) {
    case "GitHub":
    case "GitHubEnterpriseServer":
      return {
        path: `/repos/${repository}/hooks`,
        change: "PATCH",
        body: { name: "web", active: true, events, config: { ...config, insecure_ssl: "0" } },
        read: (told) => read(told, "id", (hook) => member(hook, "config")),
      };
    case "Gitea":
      return {
        path: `/repos/${repository}/hooks`,
        // A change would leave the secret as it was.
        change: undefined,
        body: { type: "gitea", active: true, events, config },
        read: (told) => read(told, "id", (hook) => member(hook, "config")),
      };
    case "GitLab":
    case "GitLabSelfManaged":
      return {
        path: `/projects/${encodeURIComponent(repository)}/hooks`,
        change: "PUT",
        body: {
          url,
          token: secret,
          enable_ssl_verification: true,
          ...Object.fromEntries(events.map((event) => [event, true])),
        },
        read: (told) => read(told, "id", (hook) => hook),
      };
    case "Bitbucket":
      return {
        path: `/repositories/${repository}/hooks`,
        change: "PUT",
        body: { description: "Millrace", url, active: true, secret, events },
        read: (told) => read(told, "uuid", (hook) => hook),
      };
    case "Git":
      return undefined;
  }
}

function read(told: unknown, idMember: string, holder: (hook: unknown) => unknown) {
  const id = member(told, idMember);
  if (typeof id !== "number" && typeof id !== "string") return undefined;
  const url = member(holder(told), "url");
  return { id: encodeURIComponent(id), url: typeof url === "string" ? url : undefined };
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
