import { findConnectionRow, findHostRow } from "../store/connections.ts";
import { parseArn } from "./arn.ts";
import { openCredential } from "./credential.ts";
import type { Room } from "./room.ts";
import { connectionOf } from "./rows.ts";
import { ConnectionError, type OpenedConnection } from "./types.ts";

export interface Opened extends OpenedConnection {
  /** The token as it is stored: another one is stored otherwise. */
  readonly sealed: string;
}

/**
 * An available connection of the account, its token in clear.
 * @throws ConnectionError in the words of S7.3
 */
export async function openConnection(
  { store, access }: Pick<Room, "store" | "access">,
  account: string,
  arn: string,
): Promise<Opened> {
  const named = parseArn(arn);
  const isHere = named?.kind === "connection" && named.scope.account === account;
  const row = isHere ? await findConnectionRow(store.read, named.scope, named.id) : undefined;
  if (named === undefined || row === undefined)
    throw new ConnectionError("notFound", `Connection ${arn} could not be found.`);
  const unavailable = (why: string) =>
    new ConnectionError("unavailable", `Connection ${arn} is not available (${why}).`);
  if (row.status !== "AVAILABLE" || row.credential === null) throw unavailable(row.status);
  const credential = openCredential(access, row, row.credential);
  if (credential === undefined) throw unavailable("its token was sealed with another key than this server's");
  const host = row.host_id === null ? undefined : await findHostRow(store.read, named.scope, row.host_id);
  if (row.host_id !== null && host?.status !== "AVAILABLE") throw unavailable("its host is not available");
  const endpoint = host && { endpoint: host.endpoint };
  return { ...connectionOf(row), arn, credential, sealed: row.credential, ...endpoint };
}
