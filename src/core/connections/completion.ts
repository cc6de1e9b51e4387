import { wakeConnectionPolls } from "../store/connection-polls.ts";
import {
  changeConnection,
  changeHost,
  findConnectionRow,
  findHostRow,
  takeHost,
} from "../store/connections.ts";
import type { ConnectionRow } from "../store/tables/connections.ts";
import type { Reach } from "./call-host.ts";
import { sealCredential } from "./credential.ts";
import { idOf, notFound, type Room } from "./room.ts";
import { type Completion, ConnectionError, type ProviderType } from "./types.ts";
import { knock, whoAmI } from "./who-am-i.ts";

/** @param reach where it may ask */
export function createCompletion(room: Omit<Room, "ambient">, reach: Reach): Completion {
  const { store, access } = room;

  return {
    async complete(scope, arn, credential) {
      const id = idOf(scope, arn, "connection");
      const row = await findConnectionRow(store.read, scope, id);
      if (row === undefined) throw notFound("connection", arn);
      const endpoint = await endpointOf(row);
      const name = await whoAmI(reach, row.provider_type as ProviderType, endpoint, credential);
      await store.transaction(async (tx) => {
        // Its host may have moved meanwhile: the token was given for the place that was asked.
        const host = row.host_id === null ? undefined : await takeHost(tx, scope, row.host_id);
        if (host?.endpoint !== endpoint)
          throw new ConnectionError(
            "unavailable",
            "The host was changed meanwhile. Nothing was changed here.",
          );
        const change = { status: "AVAILABLE", credential: sealCredential(access, row, credential) };
        if (!(await changeConnection(tx, scope, id, change))) throw notFound("connection", arn);
        await wakeConnectionPolls(tx, row);
      });
      return name;
    },

    async completeHost(scope, arn) {
      const row = await findHostRow(store.read, scope, idOf(scope, arn, "host"));
      if (row === undefined) throw notFound("host", arn);
      await knock(reach, row.endpoint);
      await store.transaction(async (tx) => {
        const host = await takeHost(tx, scope, row.id);
        if (host === undefined) throw notFound("host", arn);
        if (host.endpoint !== row.endpoint)
          throw new ConnectionError(
            "unavailable",
            "The host was changed meanwhile. Nothing was changed here.",
          );
        await changeHost(tx, host, { status: "AVAILABLE" });
      });
    },
  };

  async function endpointOf({ host_id: hostId, ...place }: ConnectionRow): Promise<string | undefined> {
    if (hostId === null) return undefined;
    const host = await findHostRow(store.read, place, hostId);
    if (host?.status === "AVAILABLE") return host.endpoint;
    throw new ConnectionError(
      "unavailable",
      `The host of ${place.name} is not available. Complete it first.`,
    );
  }
}
