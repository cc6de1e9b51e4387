/** Has a connection's host tell of changes in a repository (S7.6): the hook is found by its URL, else made. */
import { failureOf, send } from "../../network/index.ts";
import { type Hook, type HookForm, hookForm } from "./hook-forms.ts";
import { type HostApi, hostApi, repositoryInApi } from "./host-api.ts";
import { repositoryAccess } from "./repository-access.ts";
import { ConnectionError, type OpenedConnection } from "./types.ts";
import type { Reach } from "./who-am-i.ts";

const TIME_LIMIT_MS = 10_000;
const SIZE_LIMIT = 1024 ** 2;
/** Of the hooks that are looked through. */
const MOST_PAGES = 10;
const PAGE = 100;

/** @throws ConnectionError that says what the host has against it */
export async function registerHook(
  reach: Reach,
  connection: OpenedConnection,
  fullRepositoryId: string,
  hook: Hook,
): Promise<void> {
  const { providerType, endpoint = "", credential } = connection;
  const api = hostApi(reach.apiUrl, providerType, endpoint, credential);
  const repository = repositoryInApi(fullRepositoryId);
  const form = hookForm(providerType, repository, hook);
  if (api === undefined || form === undefined)
    throw new ConnectionError("invalid", "a server of plain git tells nobody of pushes: it has no webhook");
  if (repositoryAccess(connection, fullRepositoryId, reach.apiUrl) === undefined)
    throw new ConnectionError("invalid", `'${fullRepositoryId}' is no repository of ${providerType}`);
  const host = new Host(reach, api, repository);
  const id = await host.find(form, hook.url);
  if (id === undefined) await host.call("POST", form.path, form.body);
  else await host.call(form.change, `${form.path}/${id}`, form.body);
}

class Host {
  readonly #reach: Reach;
  readonly #api: HostApi;
  readonly #repository: string;

  constructor(reach: Reach, api: HostApi, repository: string) {
    this.#reach = reach;
    this.#api = api;
    this.#repository = repository;
  }

  /** @returns the id of the repository's hook to this URL */
  async find(form: HookForm, url: string): Promise<string | undefined> {
    let path: string | undefined = `${form.path}?per_page=${PAGE}&limit=${PAGE}&pagelen=${PAGE}`;
    for (let page = 0; path !== undefined && page < MOST_PAGES; page++) {
      const { content, next }: Answer = await this.call("GET", path);
      const hooks = Array.isArray(content) ? (content as unknown[]) : valuesOf(content);
      const found = hooks.map(form.read).find((hook) => hook?.url === url);
      if (found !== undefined) return found.id;
      path = next;
    }
    return undefined;
  }

  /** @param path below the API's base, or a whole URL of it */
  async call(method: "GET" | "POST" | "PATCH" | "PUT", path: string, body?: object): Promise<Answer> {
    const { allowed, way, version } = this.#reach;
    const url = new URL(path.startsWith("/") ? `${this.#api.base}${path}` : path);
    const { host, origin } = new URL(this.#api.base);
    if (url.origin !== origin)
      throw new ConnectionError("invalid", `${host} has its next page at another place`);
    const {
      status,
      headers,
      body: bytes,
    } = await send({
      method,
      url: url.href,
      headers: {
        accept: "application/json",
        "user-agent": `Millrace/${version}`,
        ...this.#api.headers,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      allowed,
      way,
      timeLimit: TIME_LIMIT_MS,
      sizeLimit: SIZE_LIMIT,
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

interface Answer {
  readonly content: unknown;
  /** The next page's URL. */
  readonly next: string | undefined;
}

function answerOf(bytes: Buffer, link: string, url: URL): Answer {
  const content = parse(bytes);
  const told = /<([^>]+)>; *rel="next"/.exec(link)?.[1] ?? nextOf(content);
  return { content, next: told === undefined ? undefined : URL.parse(told, url.href)?.href };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Bitbucket's pages are objects, which name their next one. */
type Page = { readonly values?: unknown; readonly next?: unknown } | null | undefined;

function valuesOf(content: unknown): unknown[] {
  const values = (content as Page)?.values;
  return Array.isArray(values) ? (values as unknown[]) : [];
}

function nextOf(content: unknown): string | undefined {
  const next = (content as Page)?.next;
  return typeof next === "string" ? next : undefined;
}
