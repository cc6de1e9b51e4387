import type { Scope } from "../scope.ts";
import { deleteHook } from "../store/connection-hooks.ts";
import {
  changeHost,
  countRows,
  deleteConnectionRow,
  deleteHostRow,
  findConnectionRow,
  findHostRow,
  insertConnection,
  insertHost,
  listConnectionRows,
  listHostRows,
  resetConnectionsOf,
  takeHost,
} from "../store/connections.ts";
import { mergeTags, removeAllTags } from "../store/queries/tags.ts";
import type { Tx } from "../store/store.ts";
import type { ConnectionHostRow } from "../store/tables/connections.ts";
import { type Named, spellingsOf } from "./arn.ts";
import { sealCredential } from "./credential.ts";
import { type OpeningRoom, openings } from "./opening.ts";
import { needsHost } from "./provider-types.ts";
import { idOf, notFound } from "./room.ts";
import { connectionOf, hostOf } from "./rows.ts";
import { changeTags, tagsOfResource } from "./tagging.ts";
import {
  ConnectionError,
  type Connections,
  type NewConnection,
  type Preset,
  type ProviderType,
} from "./types.ts";

export interface ConnectionsOptions extends OpeningRoom {
  /** How many an account may have in a region (S10). */
  readonly most: { readonly connections: number; readonly hosts: number };
  /** The operator's tokens: for connections of this account alone. */
  readonly presets: readonly Preset[];
  readonly presetAccount: string;
}

export function createConnections({
  most,
  presets,
  presetAccount,
  ...room
}: ConnectionsOptions): Connections {
  const { store, ambient, access } = room;

  return {
    create: (scope, wanted) =>
      store.transaction(async (tx) => {
        const { providerType, host } = await judge(tx, scope, wanted);
        const place = { ...scope, id: wanted.id ?? ambient.newId() };
        const preset =
          scope.account === presetAccount ? presetFor(wanted.name, providerType, host) : undefined;
        const row = {
          ...place,
          service: wanted.service,
          name: wanted.name,
          provider_type: providerType,
          host_id: host?.id ?? null,
          status: preset === undefined ? "PENDING" : "AVAILABLE",
          credential: preset === undefined ? null : sealCredential(access, place, preset.credential),
        };
        if (!(await insertConnection(tx, row))) throw thereAlready(row.id);
        await mergeTags(tx, tagged({ kind: "connection", scope, id: row.id }), wanted.tags);
        return connectionOf(row);
      }),

    check: (scope, wanted) =>
      store.transaction(async (tx) => {
        await judge(tx, scope, wanted);
      }),

    async get(scope, arn) {
      const row = await findConnectionRow(store.read, scope, idOf(scope, arn, "connection"));
      if (row === undefined) throw notFound("connection", arn);
      return connectionOf(row);
    },

    async list(scope, { providerType, hostArn }, after, limit) {
      const hostId = hostArn === undefined ? undefined : idOf(scope, hostArn, "host");
      if (hostId !== undefined && (await findHostRow(store.read, scope, hostId)) === undefined)
        throw notFound("host", hostArn ?? "");
      const rows = await listConnectionRows(store.read, scope, { providerType, hostId }, after, limit);
      return rows.map(connectionOf);
    },

    delete: (scope, arn) =>
      store.transaction(async (tx) => {
        const id = idOf(scope, arn, "connection");
        if (!(await deleteConnectionRow(tx, scope, id))) throw notFound("connection", arn);
        await deleteHook(tx, { ...scope, connection_id: id });
        await removeAllTags(tx, tagged({ kind: "connection", scope, id }));
      }),

    createHost: (scope, { service, name, providerType, endpoint, vpc, tags }) =>
      store.transaction(async (tx) => {
        if (!needsHost(providerType))
          throw new ConnectionError(
            "invalid",
            `${providerType} has one place and needs no host. Hosts are for GitHubEnterpriseServer, GitLabSelfManaged, Gitea and Git.`,
          );
        await checkRoom(tx, "connection_host", scope, most.hosts);
        const row: ConnectionHostRow = {
          ...scope,
          id: `${name}-${Buffer.from(ambient.randomBytes(4)).toString("hex")}`,
          service,
          name,
          provider_type: providerType,
          endpoint: endpointOf(endpoint),
          vpc: vpc === undefined ? null : JSON.stringify(vpc),
          status: "PENDING",
        };
        await insertHost(tx, row);
        await mergeTags(tx, tagged({ kind: "host", scope, id: row.id }), tags);
        return hostOf(row);
      }),

    async getHost(scope, arn) {
      const row = await findHostRow(store.read, scope, idOf(scope, arn, "host"));
      if (row === undefined) throw notFound("host", arn);
      return hostOf(row);
    },

    async listHosts(scope, after, limit) {
      return (await listHostRows(store.read, scope, after, limit)).map(hostOf);
    },

    updateHost: (scope, arn, { endpoint: given, vpc }) =>
      store.transaction(async (tx) => {
        const row = await takeHost(tx, scope, idOf(scope, arn, "host"));
        if (row === undefined) throw notFound("host", arn);
        const endpoint = given === undefined ? row.endpoint : endpointOf(given);
        const moved = endpoint !== row.endpoint;
        await changeHost(tx, row, {
          endpoint,
          ...(vpc !== undefined && { vpc: JSON.stringify(vpc) }),
          ...(moved && { status: "PENDING" }),
        });
        if (moved) await resetConnectionsOf(tx, scope, row.id);
      }),

    deleteHost: (scope, arn) =>
      store.transaction(async (tx) => {
        const row = await takeHost(tx, scope, idOf(scope, arn, "host"));
        if (row === undefined) throw notFound("host", arn);
        const [used] = await listConnectionRows(tx, scope, { hostId: row.id }, "", 1);
        if (used !== undefined)
          throw new ConnectionError(
            "unavailable",
            `The host ${arn} has connections, ${connectionOf(used).arn} among them. Delete them first.`,
          );
        await deleteHostRow(tx, scope, row.id);
        await removeAllTags(tx, tagged({ kind: "host", scope, id: row.id }));
      }),

    ...openings(room),
    tag: (scope, arn, change) => store.transaction((tx) => changeTags(tx, scope, arn, change)),
    tags: (scope, arn) => tagsOfResource(store.read, scope, arn),
  };

  /** @throws ConnectionError */
  async function judge(tx: Tx, scope: Scope, wanted: NewConnection) {
    const { id, hostArn } = wanted;
    const hostId = hostArn === undefined ? undefined : idOf(scope, hostArn, "host");
    const host = hostId === undefined ? undefined : await takeHost(tx, scope, hostId);
    if (hostArn !== undefined && host === undefined) throw notFound("host", hostArn);
    const providerType = providerOf(wanted, host);
    if (host !== undefined && host.status !== "AVAILABLE")
      throw new ConnectionError(
        "unavailable",
        `The host ${hostArn} is not available (${host.status}). Complete it first: millrace host complete ${hostArn}`,
      );
    if (id !== undefined && (await findConnectionRow(tx, scope, id)) !== undefined) throw thereAlready(id);
    await checkRoom(tx, "connection", scope, most.connections);
    return { providerType, host };
  }

  function presetFor(
    name: string,
    providerType: ProviderType,
    host: ConnectionHostRow | undefined,
  ): Preset | undefined {
    return presets.find(
      (preset) =>
        preset.name === name && preset.providerType === providerType && preset.endpoint === host?.endpoint,
    );
  }
}

function thereAlready(id: string): ConnectionError {
  return new ConnectionError("invalid", `There is a connection ${id} already.`);
}

/** @throws ConnectionError */
function providerOf(
  { providerType, hostArn }: NewConnection,
  host: ConnectionHostRow | undefined,
): ProviderType {
  if (host !== undefined) {
    const hosted = host.provider_type as ProviderType;
    if (providerType === undefined || providerType === hosted) return hosted;
    throw new ConnectionError("invalid", `The host ${hostArn} is of type ${hosted}, not ${providerType}.`);
  }
  if (providerType === undefined)
    throw new ConnectionError("invalid", "A connection needs a ProviderType or a HostArn.");
  if (!needsHost(providerType)) return providerType;
  throw new ConnectionError(
    "invalid",
    `A connection to ${providerType} needs a HostArn: make its host by CreateHost.`,
  );
}

async function checkRoom(
  tx: Tx,
  table: "connection" | "connection_host",
  scope: Scope,
  most: number,
): Promise<void> {
  const count = await countRows(tx, table, scope);
  if (count < most) return;
  const what = table === "connection" ? "connections" : "hosts";
  throw new ConnectionError(
    "tooMany",
    `The account has ${count} ${what} in this region, the most that are allowed. Delete one that is no longer used.`,
  );
}

/** @throws ConnectionError */
function endpointOf(text: string): string {
  const url = URL.parse(text);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== "" ||
    url.password !== "" ||
    url.search !== "" ||
    url.hash !== ""
  )
    throw new ConnectionError(
      "invalid",
      "The ProviderEndpoint must be an https URL without user, password, query and fragment.",
    );
  // Another spelling of the same name, by which git would look it up itself.
  url.hostname = url.hostname.replace(/\.+$/, "");
  return url.href.replace(/\/+$/, "");
}

function tagged(named: Named): string {
  return spellingsOf(named)[0];
}
