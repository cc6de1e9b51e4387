/** Where a submodule is fetched from, and with what: as the server lets this job, whatever `.gitmodules` says (attacks A18, A19). */
import type { Allowed } from "../../network/index.ts";
import { basicAuthentication, type Remote } from "../../remotes/index.ts";
import type { Job } from "../protocol.ts";
import { ProviderError, type Tools } from "../provider.ts";
import { hostedRemote } from "./hosted.ts";
import { pinned } from "./pinned.ts";

export interface SubmoduleContext {
  readonly job: Job;
  readonly tools: Pick<Tools, "client" | "log" | "signal" | "way">;
  /** Commits of history to fetch; undefined or 0 for all of them. */
  readonly depth: number | undefined;
  readonly allowed: readonly Allowed[];
  /** The repository that was cloned: what opens it opens it as a submodule, too. */
  readonly own: Remote;
}

/** Of this server's repositories; S6.1. */
const HOSTED = /^([A-Za-z0-9._-]{1,100}?)(?:\.git)?$/;

/**
 * The URL that a submodule is at, with what user and password it holds. Only what begins with `./` or `../` is relative,
 * to its superproject's, as for git.
 *
 * @throws ProviderError for what isn't fetched: paths, other protocols, names that git would take for an option
 */
export function locateSubmodule(url: string, superproject: string): URL {
  const relative = /^\.\.?\//.test(url);
  const located = URL.parse(url, relative ? `${superproject.replace(/\/+$/, "")}/` : undefined);
  if (located?.protocol === "http:" || located?.protocol === "https:") {
    located.pathname = located.pathname.replace(/\/+$/, "");
    return located;
  }
  throw new ProviderError(
    "ConfigurationError",
    "only URLs of http and https are fetched, and those relative to its superproject's",
  );
}

/** For messages and `origin`. */
export function withoutCredentials(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}

/**
 * Repositories of the job's own server are opened by keys that open the sources of its inputs and nothing else (P1.6); a
 * connection's token goes to the connection's repository alone; and of all others those that anybody may read are had,
 * or those whose URL says by what.
 *
 * @throws ProviderError
 */
export async function remoteOfSubmodule(url: URL, context: SubmoduleContext): Promise<Remote> {
  const { job, tools, allowed, own } = context;
  const plain = withoutCredentials(url);
  if (plain === new URL(own.url).href) return own;
  const hosted = new URL(`${job.publicUrl}/git/`).href;
  if (plain.startsWith(hosted)) {
    const [, name] = HOSTED.exec(plain.slice(hosted.length)) ?? [];
    if (name === undefined)
      throw new ProviderError("ConfigurationError", "this server has no repository of that URL");
    return hostedRemote(job, name, tools.way, await cloneCredentials(context));
  }
  const { log, way, signal } = tools;
  const [username, password] = [url.username, url.password].map(decodeURIComponent) as [string, string];
  const reached = await pinned(plain, { allowed, way, service: url.host, signal });
  if (username + password === "") return { url: plain, owner: job.accountId, config: reached };
  // A token may stand in the user's place.
  const secret = password === "" ? username : password;
  log.addSecrets([secret, Buffer.from(`${username}:${password}`).toString("base64")]);
  const opened = basicAuthentication(plain, { username, password });
  return { url: plain, owner: job.accountId, config: { ...reached, ...opened } };
}

async function cloneCredentials({ job, tools: { client, log } }: SubmoduleContext) {
  const credentials = await client.cloneCredentials(job.id);
  log.addSecrets([credentials.secretAccessKey, credentials.sessionToken]);
  return credentials;
}
