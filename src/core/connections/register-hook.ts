/** Has a connection's host tell of changes in a repository (S7.6): the hook is found by its URL, else made. */

import type { Reach } from "./call-host.ts";
import { type Hook, type HookForm, hookForm } from "./hook-forms.ts";
import { type Answer, HookHost, pageOf } from "./hook-host.ts";
import { hostApi } from "./host-api.ts";
import { repositoryInApi } from "./repository-access.ts";
import { ConnectionError, type OpenedConnection } from "./types.ts";

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
  const repository = repositoryInApi(connection, fullRepositoryId);
  if (repository === undefined)
    throw new ConnectionError("invalid", `'${fullRepositoryId}' is no repository of ${providerType}`);
  const form = hookForm(providerType, repository, hook);
  if (api === undefined || form === undefined)
    throw new ConnectionError("invalid", "a server of plain git tells nobody of pushes: it has no webhook");
  const host = new HookHost(reach, api, repository);
  const id = await find(host, form, hook.url);
  if (id !== undefined && form.change !== undefined)
    return void (await host.call(form.change, `${form.path}/${id}`, form.body));
  // The old one first: of two, the next call would find either.
  if (id !== undefined) await host.call("DELETE", `${form.path}/${id}`);
  await host.call("POST", form.path, form.body);
}

/** @returns the id of the repository's hook to this URL */
async function find(host: HookHost, form: HookForm, url: string): Promise<string | undefined> {
  let path: string | undefined = `${form.path}?per_page=${PAGE}&limit=${PAGE}&pagelen=${PAGE}`;
  for (let page = 0; path !== undefined && page < MOST_PAGES; page++) {
    const { content, next }: Answer = await host.call("GET", path);
    const hooks = Array.isArray(content) ? (content as unknown[]) : pageOf(content).values;
    // A page for people, as of a proxy that wants a login, would take the new hook as gladly.
    if (!Array.isArray(hooks)) throw host.noList();
    const found = hooks.map(form.read).find((hook) => hook?.url === url);
    if (found !== undefined) return found.id;
    path = next;
  }
  return undefined;
}
