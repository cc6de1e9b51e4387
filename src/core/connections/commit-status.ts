/** Tells a git host what a pipeline does with a commit (S7.11; the providers' table of S7). */
import { createHash } from "node:crypto";
import { failureOf } from "../../network/index.ts";
import { callHost, type Reach } from "./call-host.ts";
import { hostApi } from "./host-api.ts";
import { repositoryInApi } from "./repository-access.ts";
import type { CommitState, OpenedConnection, ProviderType, TellableStatus, Told } from "./types.ts";

/** Of all hosts, GitHub takes the least. */
const MAX_DESCRIPTION = 140;
/** Digits of the SHA-256 that stands for the context at Bitbucket, which takes no longer key. */
const KEY_DIGITS = 40;
/** The token may not, or the commit isn't there: trying again won't help. */
const FINAL = new Set([401, 403, 404, 422]);

/**
 * Tells it once; nothing is told to plain git, which shows no such thing.
 * @param signal ends it early: it has failed then
 */
export async function tellStatus(
  reach: Reach,
  connection: OpenedConnection,
  fullRepositoryId: string,
  status: TellableStatus,
  signal: AbortSignal,
): Promise<Told> {
  const { providerType, endpoint = "", credential } = connection;
  const api = hostApi(reach.apiUrl, providerType, endpoint, credential);
  if (api === undefined) return { kind: "told" };
  const repository = repositoryInApi(connection, fullRepositoryId);
  if (repository === undefined)
    return { kind: "refused", reason: `it is no repository of ${providerType}`, badToken: false };
  const host = new URL(api.base).host;
  try {
    const { status: code, body } = await callHost(reach, {
      ...statusRequest(api.base, providerType, repository, status),
      method: "POST",
      headers: api.headers,
      signal,
    });
    if (code >= 200 && code < 300) return { kind: "told" };
    if (isSaidAlready(providerType, code, body)) return { kind: "told" };
    const reason = `${host} answered ${code}`;
    return FINAL.has(code) ? { kind: "refused", reason, badToken: code === 401 } : { kind: "failed", reason };
  } catch (error) {
    const reason = failureOf(error);
    if (reason === undefined) throw error;
    return { kind: "failed", reason: `${host} could not be reached: ${reason}` };
  }
}

/** @param base of the provider's API, without a trailing slash */
export function statusRequest(
  base: string,
  providerType: ProviderType,
  repository: string,
  status: TellableStatus,
): { readonly url: string; readonly body: string } {
  return {
    url: urlOf(base, providerType, repository, status.commit),
    body: JSON.stringify(bodyOf(providerType, status)),
  };
}

function urlOf(base: string, providerType: ProviderType, repository: string, commit: string): string {
  switch (providerType) {
    case "GitLab":
    case "GitLabSelfManaged":
      return `${base}/projects/${encodeURIComponent(repository)}/statuses/${commit}`;
    case "Bitbucket":
      return `${base}/repositories/${repository}/commit/${commit}/statuses/build`;
    default:
      return `${base}/repos/${repository}/statuses/${commit}`;
  }
}

function bodyOf(providerType: ProviderType, { state, context, url, description: text }: TellableStatus) {
  const description = text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION - 1)}…`;
  switch (providerType) {
    case "GitLab":
    case "GitLabSelfManaged":
      return { state: GITLAB[state], target_url: url, description, name: context };
    case "Bitbucket": {
      const key = createHash("sha256").update(context).digest("hex").slice(0, KEY_DIGITS);
      return { state: BITBUCKET[state], url, description, key, name: context };
    }
    default:
      return { state: GITHUB[state], target_url: url, description, context };
  }
}

type Words = Readonly<Record<CommitState, string>>;
const GITHUB: Words = { running: "pending", good: "success", bad: "failure", stopped: "error" };
const GITLAB: Words = { running: "running", good: "success", bad: "failed", stopped: "canceled" };
const BITBUCKET: Words = { running: "INPROGRESS", good: "SUCCESSFUL", bad: "FAILED", stopped: "STOPPED" };

/** GitLab refuses to go from a state to the same one. */
function isSaidAlready(providerType: ProviderType, code: number, body: Buffer): boolean {
  const isGitLab = providerType === "GitLab" || providerType === "GitLabSelfManaged";
  return isGitLab && code === 400 && body.includes("Cannot transition status via");
}
