/** Hooks of connections: made by an administrator, found by their URLs (S7.6). */
import { arnOf, ConnectionError, parseArn } from "../../connections/index.ts";
import type { ProviderType } from "../../connections/types.ts";
import type { Ambient } from "../../scope.ts";
import { openSecret, sealSecret } from "../../sealed-secret.ts";
import { findHook, findHookByUrl, putHook, setHookError } from "../../store/connection-hooks.ts";
import { findConnectionRow, takeConnection } from "../../store/connections.ts";
import type { Store } from "../../store/store.ts";
import type { Room } from "../room.ts";
import type { ConnectionHook, ConnectionHooks, HookAddress } from "../types.ts";
import { canOpenUrl, hashOf, newUrl, webhookUrl } from "../url.ts";

const SECRET_BYTES = 32;

/** What each host is to be told to send, in its own words. */
const EVENTS: Readonly<Record<ProviderType, readonly string[]>> = {
  GitHub: ["push", "pull_request"],
  GitHubEnterpriseServer: ["push", "pull_request"],
  GitLab: ["push_events", "tag_push_events", "merge_requests_events"],
  GitLabSelfManaged: ["push_events", "tag_push_events", "merge_requests_events"],
  Gitea: ["push", "pull_request", "pull_request_sync"],
  Bitbucket: ["repo:push", "pullrequest:created", "pullrequest:updated", "pullrequest:rejected"],
  Git: [],
};

export function hookQueries({
  store,
  access,
}: Pick<Room, "store" | "access">): Pick<ConnectionHooks, "find" | "setError"> {
  return {
    async find(urlId) {
      const row = await findHookByUrl(store.read, hashOf(urlId));
      if (row === undefined) return undefined;
      const { account, region, connection_id: connectionId, error } = row;
      const scope = { account, region };
      const connection = await findConnectionRow(store.read, scope, connectionId);
      if (connection === undefined) return undefined;
      const secret = openSecret(access, row.secret);
      if (secret === undefined)
        throw new Error(`the secret of a hook of connection ${connectionId} was sealed with another key`);
      return {
        scope,
        connectionId,
        connectionArn: arnOf(
          { kind: "connection", scope, id: connectionId },
          connection.service as Parameters<typeof arnOf>[1],
        ),
        providerType: connection.provider_type as ProviderType,
        secret,
        ...(error !== null && { error }),
      };
    },

    async setError(hook, error) {
      // Once for a cause: who is refused again and again makes nothing be written.
      if (hook.error === error) return;
      await store.transaction(async (tx) => {
        await setHookError(tx, keyOf(hook), error ?? null);
      });
    },
  };
}

export function keyOf({ scope, connectionId }: Pick<ConnectionHook, "scope" | "connectionId">) {
  return { ...scope, connection_id: connectionId };
}

export interface HookAdministration {
  readonly store: Store;
  readonly ambient: Pick<Ambient, "randomBytes">;
  readonly access: Room["access"];
}

/** What deliveries to a connection's hook are signed with. @throws Error where there is none, or it can't be opened */
export async function hookSecret(
  { store, access }: Pick<HookAdministration, "store" | "access">,
  arn: string,
): Promise<string> {
  const named = parseArn(arn);
  const row = named && (await findHook(store.read, { ...named.scope, connection_id: named.id }));
  const secret = row && openSecret(access, row.secret);
  if (secret === undefined)
    throw new Error(`the webhook of ${arn} has no secret that can be opened: make a new one by --new-secret`);
  return secret;
}

/**
 * Makes the hook of a connection, or finds it; its secret is told when it is new, and never again.
 *
 * @param renews whether it gets a new secret, also if it is there
 * @param publicUrl without a trailing slash
 * @throws ConnectionError
 */
export async function hookAddress(
  { store, ambient, access }: HookAdministration,
  arn: string,
  renews: boolean,
  publicUrl: string,
): Promise<HookAddress> {
  const named = parseArn(arn);
  return store.transaction(async (tx) => {
    const connection =
      named?.kind === "connection" ? await takeConnection(tx, named.scope, named.id) : undefined;
    if (named === undefined || connection === undefined)
      throw new ConnectionError("notFound", `there is no connection ${arn}`);
    const events = EVENTS[connection.provider_type as ProviderType];
    if (events.length === 0)
      throw new ConnectionError("invalid", "a server of plain git tells nobody of pushes: it has no webhook");
    const key = { ...named.scope, connection_id: named.id };
    const present = await findHook(tx, key);
    const address = (row: Pick<Parameters<typeof putHook>[1], "url_sealed">) =>
      webhookUrl({ ...row, name: connection.name }, access, publicUrl);
    if (present !== undefined && !renews)
      return { url: address(present), events, ...(present.error !== null && { error: present.error }) };
    const secret = Buffer.from(ambient.randomBytes(SECRET_BYTES)).toString("base64url");
    // A URL that was sealed with another key can't be told any more, nor can who has it sign with the new secret.
    const url = present !== undefined && canOpenUrl(present, access) ? present : newUrl(ambient, access);
    const row = {
      ...key,
      url_hash: url.url_hash,
      url_sealed: url.url_sealed,
      secret: sealSecret(access, secret),
      error: null,
      delivered: present?.delivered ?? null,
    };
    await putHook(tx, row);
    return { url: address(row), secret, events };
  });
}
