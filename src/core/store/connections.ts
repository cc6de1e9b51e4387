import type { Scope } from "../scope.ts";
import { holding } from "./row-lock.ts";
import type { Reader, Tx } from "./store.ts";
import type { ConnectionHostRow, ConnectionRow } from "./tables/connections.ts";

export async function findConnectionRow(
  db: Reader,
  scope: Scope,
  id: string,
): Promise<ConnectionRow | undefined> {
  return connectionsOf(db, scope).where("id", "=", id).executeTakeFirst();
}

/** Takes a connection for this transaction: changes of it come one after the other. */
export async function takeConnection(tx: Tx, scope: Scope, id: string): Promise<ConnectionRow | undefined> {
  return holding(tx, connectionsOf(tx, scope).where("id", "=", id)).executeTakeFirst();
}

/** Up to `limit` connections that come after an id, in its order, of a provider's type or a host where one is given. */
export async function listConnectionRows(
  db: Reader,
  scope: Scope,
  filter: { readonly providerType?: string | undefined; readonly hostId?: string | undefined },
  after: string,
  limit: number,
): Promise<ConnectionRow[]> {
  const { providerType, hostId } = filter;
  return connectionsOf(db, scope)
    .where("id", ">", after)
    .$if(providerType !== undefined, (query) => query.where("provider_type", "=", providerType ?? ""))
    .$if(hostId !== undefined, (query) => query.where("host_id", "=", hostId ?? ""))
    .orderBy("id")
    .limit(limit)
    .execute();
}

export async function countRows(
  db: Reader,
  table: "connection" | "connection_host",
  { account, region }: Scope,
): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("account", "=", account)
    .where("region", "=", region)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** @returns false when there is one of its id */
export async function insertConnection(tx: Tx, row: ConnectionRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("connection")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** @returns whether there was one */
export async function changeConnection(
  tx: Tx,
  { account, region }: Scope,
  id: string,
  change: Partial<Pick<ConnectionRow, "status" | "credential">>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("connection")
    .set(change)
    .where("account", "=", account)
    .where("region", "=", region)
    .where("id", "=", id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The host doesn't take the token; of one that was given meanwhile that says nothing. */
export async function refuseCredential(
  tx: Tx,
  { account, region }: Scope,
  id: string,
  credential: string,
): Promise<void> {
  await tx
    .updateTable("connection")
    .set({ status: "ERROR" })
    .where("account", "=", account)
    .where("region", "=", region)
    .where("id", "=", id)
    .where("credential", "=", credential)
    .execute();
}

/** Those of a host lose what they were completed with. */
export async function resetConnectionsOf(tx: Tx, { account, region }: Scope, hostId: string): Promise<void> {
  await tx
    .updateTable("connection")
    .set({ status: "PENDING", credential: null })
    .where("account", "=", account)
    .where("region", "=", region)
    .where("host_id", "=", hostId)
    .execute();
}

/** @returns whether there was one */
export async function deleteConnectionRow(tx: Tx, scope: Scope, id: string): Promise<boolean> {
  return deleteRow(tx, "connection", scope, id);
}

export async function findHostRow(
  db: Reader,
  scope: Scope,
  id: string,
): Promise<ConnectionHostRow | undefined> {
  return hostsOf(db, scope).where("id", "=", id).executeTakeFirst();
}

/** Takes a host for this transaction: no connection is made on it meanwhile, and it isn't deleted. */
export async function takeHost(tx: Tx, scope: Scope, id: string): Promise<ConnectionHostRow | undefined> {
  return holding(tx, hostsOf(tx, scope).where("id", "=", id)).executeTakeFirst();
}

/** Up to `limit` hosts that come after an id, in its order. */
export async function listHostRows(
  db: Reader,
  scope: Scope,
  after: string,
  limit: number,
): Promise<ConnectionHostRow[]> {
  return hostsOf(db, scope).where("id", ">", after).orderBy("id").limit(limit).execute();
}

export async function insertHost(tx: Tx, row: ConnectionHostRow): Promise<void> {
  await tx.insertInto("connection_host").values(row).execute();
}

export async function changeHost(
  tx: Tx,
  { account, region, id }: ConnectionHostRow,
  change: Partial<Pick<ConnectionHostRow, "status" | "endpoint" | "vpc">>,
): Promise<void> {
  await tx
    .updateTable("connection_host")
    .set(change)
    .where("account", "=", account)
    .where("region", "=", region)
    .where("id", "=", id)
    .execute();
}

export async function deleteHostRow(tx: Tx, scope: Scope, id: string): Promise<void> {
  await deleteRow(tx, "connection_host", scope, id);
}

async function deleteRow(
  tx: Tx,
  table: "connection" | "connection_host",
  { account, region }: Scope,
  id: string,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom(table)
    .where("account", "=", account)
    .where("region", "=", region)
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

function connectionsOf(db: Reader, { account, region }: Scope) {
  return db.selectFrom("connection").selectAll().where("account", "=", account).where("region", "=", region);
}

function hostsOf(db: Reader, { account, region }: Scope) {
  return db
    .selectFrom("connection_host")
    .selectAll()
    .where("account", "=", account)
    .where("region", "=", region);
}
