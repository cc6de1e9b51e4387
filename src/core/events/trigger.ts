import type { Trigger } from "../recorded.ts";

/** What E12.3 names of a git trigger, by its name in the trigger's detail (sources.md S4.29). */
const GIT_MEMBERS = {
  providerType: "provider-type",
  fullRepositoryName: "full-repository-name",
  branchName: "branch-name",
  tagName: "tag-name",
  commitId: "commit-id",
  commitMessage: "commit-message",
  authorId: "author-id",
  authorDisplayName: "author-display-name",
  authorEmail: "author-email",
  authorDate: "author-date",
  connectionArn: "connection-arn",
} as const;

/** `execution-trigger` of an event: a git trigger tells its commit, any other its type and detail (E12.3). */
export function executionTrigger({ type, detail }: Trigger): Readonly<Record<string, string>> {
  const git = type === "WebhookV2" ? parse(detail) : undefined;
  if (git === undefined) return { "trigger-type": type, "trigger-detail": detail };
  return Object.fromEntries(
    Object.entries(GIT_MEMBERS).flatMap(([name, member]) => {
      const value = Object.hasOwn(git, name) ? git[name] : undefined;
      return typeof value === "string" ? [[member, value]] : [];
    }),
  );
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
