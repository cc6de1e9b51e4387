/** A repository at a git host, by way of a connection (P1.25, P1.26). */
import { createHash } from "node:crypto";
import { type Allowed, parseAllowed } from "../../network/index.ts";
import { basicAuthentication, GitError, type Remote, remoteFailure } from "../../remotes/index.ts";
import type { ConnectedRepository, Job } from "../protocol.ts";
import { ProviderError, type Tools } from "../provider.ts";
import { withRetries } from "../retry.ts";
import { pinned } from "./pinned.ts";

type Repository = Extract<ConnectedRepository, { repository: unknown }>["repository"];

export interface Connected extends Repository {
  readonly remote: Remote;
}

type Needed = Pick<Tools, "client" | "log" | "signal" | "way">;

/**
 * Asks the server, which decides what the job may fetch; from then on the log shows nothing of the token.
 *
 * @param artifact an input that is a clone reference; undefined for the job's own source
 * @throws ProviderError
 */
export async function connect(job: Job, artifact: string | undefined, tools: Needed): Promise<Connected> {
  const { client, log, signal, way } = tools;
  const answer = await withRetries(() => client.connectedRepository(job.id, artifact), {
    service: "The server",
    signal,
    isTransient: (error) => error instanceof Error && error.name !== "JobRefusedError",
  });
  if ("refused" in answer) throw new ProviderError("ConfigurationError", answer.refused);
  const { repository } = answer;
  const { cloneUrl: url, username, password, secret, providerType, allowOutgoing } = repository;
  log.addSecrets([secret, Buffer.from(`${username}:${password}`).toString("base64")]);
  return {
    ...repository,
    remote: {
      url,
      // A commit that one token brought is not there for another.
      owner: `${job.accountId}\n${createHash("sha256").update(secret).digest("hex")}`,
      config: {
        ...(await pinned(url, {
          allowed: allowOutgoing.flatMap(entriesOf),
          way,
          service: providerType,
          signal,
        })),
        ...basicAuthentication(url, { username, password }),
      },
    },
  };
}

export interface ConnectedSource {
  /** `owner/repository` */
  readonly fullName: string;
  readonly branch: string;
  /** The commit that was asked for; undefined: the branch's newest. */
  readonly commitId: string | undefined;
}

/**
 * A failed fetch in the words of P1.26. A refused token is told to the server, which asks the host whether it is of any
 * use still.
 *
 * @returns what isn't git's failure stays as it is
 */
export async function inHostsWords(
  error: unknown,
  { providerType, connectionArn }: Pick<Connected, "providerType" | "connectionArn">,
  { fullName, branch, commitId }: ConnectedSource,
  doubt: () => Promise<void>,
): Promise<unknown> {
  const configuration = (text: string) =>
    new ProviderError("ConfigurationError", `[${providerType}] ${text}`);
  switch (remoteFailure(error)) {
    case "noRepository":
      return configuration(`No Repository [${fullName}] found through connection ${connectionArn}`);
    case "noRef":
      return configuration(`No Branch [${branch}] found for FullRepositoryName [${fullName}]`);
    case "noCommit":
      return new ProviderError(
        "RevisionUnavailable",
        `Commit ${commitId} is no longer in repository ${fullName}`,
      );
    case "denied":
      await doubt().catch(() => undefined);
      return new ProviderError(
        "PermissionError",
        `[${providerType}] The connection ${connectionArn} was refused: ${reasonOf(error)}`,
      );
    case "unreachable":
    case "other":
      return error;
  }
}

/** What git says of the host's answer, without what it says of itself. */
function reasonOf(error: unknown): string {
  const said = error instanceof GitError ? error.stderr : "";
  const [, status] = /returned error: (\d{3})/.exec(said) ?? [];
  return status === undefined ? "authentication failed" : `it answered ${status}`;
}

/** An entry of `--allow-outgoing`, if this worker knows its form. */
export function entriesOf(text: string): Allowed[] {
  const entry = parseAllowed(text);
  return entry === undefined ? [] : [entry];
}
