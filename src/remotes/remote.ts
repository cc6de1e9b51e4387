/** A repository on a server, and what opens it. */
import { GitError } from "./run-git.ts";

export interface Remote {
  /** Without credentials. */
  readonly url: string;
  /** Keeps apart what has the same URL: the repositories of another account, what another token opens. */
  readonly owner: string;
  /** git settings for this remote: they send the credentials to this URL and nowhere else. */
  readonly config: Readonly<Record<string, string>>;
}

/** git settings that name user and password to this URL only. */
export function basicAuthentication(
  url: string,
  { username, password }: { readonly username: string; readonly password: string },
): Record<string, string> {
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  return { [`http.${url}.extraHeader`]: `Authorization: Basic ${basic}` };
}

export type RemoteFailure = "noRepository" | "noRef" | "noCommit" | "denied" | "unreachable" | "other";

/** Why git couldn't fetch, by what it says in English. */
export function remoteFailure(error: unknown): RemoteFailure {
  if (!(error instanceof GitError)) {
    return "other";
  }
  const said = error.stderr;
  if (/couldn't find remote ref/i.test(said)) return "noRef";
  if (/not our ref|unadvertised object|did not send all necessary objects/i.test(said)) return "noCommit";
  if (/repository '.*' not found|returned error: 404/i.test(said)) return "noRepository";
  if (/could not read Username|Authentication failed|returned error: (401|403)/i.test(said)) return "denied";
  if (/unable to access|early EOF|hung up|RPC failed|unable to update url base/i.test(said))
    return "unreachable";
  return "other";
}
