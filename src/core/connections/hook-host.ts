/** Calls of a connection's host about the hooks of a repository (S7.6). */
import { failureOf, type OutgoingRequest } from "../../network/index.ts";
import { callHost, type Reach } from "./call-host.ts";
import type { HostApi } from "./host-api.ts";
import { ConnectionError } from "./types.ts";

/** On the same origin, as of repositories that were renamed (S3.2). */
const REDIRECTS = 3;

export interface Answer {
  readonly content: unknown;
  /** The next page's URL. */
  readonly next: string | undefined;
}

export class HookHost {
  readonly #reach: Reach;
  readonly #api: HostApi;
  readonly #repository: string;

  constructor(reach: Reach, api: HostApi, repository: string) {
    this.#reach = reach;
    this.#api = api;
    this.#repository = repository;
  }

  noList(): ConnectionError {
    const { host } = new URL(this.#api.base);
    return new ConnectionError("invalid", `${host} answered with no list of hooks: is its API there?`);
  }

  /** @param path below the API's base, or a whole URL of it */
  async call(method: OutgoingRequest["method"], path: string, body?: object): Promise<Answer> {
    const url = new URL(path.startsWith("/") ? `${this.#api.base}${path}` : path);
    const { host, origin } = new URL(this.#api.base);
    if (url.origin !== origin)
      throw new ConnectionError("invalid", `${host} has its next page at another place`);
    const {
      status,
      headers,
      body: bytes,
    } = await callHost(this.#reach, {
      method,
      url: url.href,
      headers: this.#api.headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirects: REDIRECTS,
    }).catch((error: unknown) => {
      const reason = failureOf(error);
      if (reason === undefined) throw error;
      throw new ConnectionError("invalid", `${host} could not be reached: ${reason}`);
    });
    if (status >= 200 && status < 300) return answerOf(bytes, String(headers.link ?? ""), url);
    throw new ConnectionError("invalid", `${host} ${this.#refusal(status)}`);
  }

  #refusal(status: number): string {
    switch (status) {
      case 401:
        return "doesn't take the connection's token (401): complete it again, by millrace connection complete";
      case 403:
      case 404:
        return `has no repository ${this.#repository} whose hooks the connection's token may keep (${status})`;
      default:
        return `answered ${status}: no hook was kept in ${this.#repository}`;
    }
  }
}

function answerOf(bytes: Buffer, link: string, url: URL): Answer {
  const content = parse(bytes);
  const told = /<([^>]+)>; *rel="next"/.exec(link)?.[1] ?? pageOf(content).next;
  return { content, next: typeof told !== "string" ? undefined : URL.parse(told, url.href)?.href };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Bitbucket's pages are objects, which name their next one. */
export function pageOf(content: unknown): { readonly values?: unknown; readonly next?: unknown } {
  return typeof content === "object" && content !== null ? content : {};
}
