/** Which repositories of connections are looked at, and when again (S7.9). */
import { holding } from "./row-lock.ts";
import type { Reader, Tx } from "./store.ts";
import type { ConnectionPollRow } from "./tables/connections.ts";

type Key = Pick<ConnectionPollRow, "account" | "container">;

/** Repositories that pipelines watch and that no poll knows yet. */
export async function unpolled(db: Reader): Promise<Key[]> {
  return db
    .selectFrom("source_binding")
    .leftJoin("connection_poll", (join) =>
      join
        .onRef("connection_poll.account", "=", "source_binding.account")
        .onRef("connection_poll.container", "=", "source_binding.container"),
    )
    .select(["source_binding.account", "source_binding.container"])
    .distinct()
    .where("source_binding.provider", "=", "Connection")
    .where("connection_poll.due", "is", null)
    .execute();
}

export async function insertPolls(tx: Tx, keys: readonly Key[], due: number): Promise<void> {
  for (const { account, container } of keys)
    await tx
      .insertInto("connection_poll")
      .values({ account, container, due, failures: 0, error: null, polled: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Those that are due by `now`, the longest due first. */
export async function dueConnectionPolls(
  db: Reader,
  now: number,
  limit: number,
): Promise<ConnectionPollRow[]> {
  return db
    .selectFrom("connection_poll")
    .selectAll()
    .where("due", "<=", now)
    .orderBy("due")
    .limit(limit)
    .execute();
}

export async function nextConnectionPollDue(db: Reader): Promise<number | undefined> {
  const row = await db.selectFrom("connection_poll").select("due").orderBy("due").limit(1).executeTakeFirst();
  return row?.due;
}

/** Puts the next poll off, so that no other server looks meanwhile. @returns false when one was first */
export async function claimConnectionPoll(
  tx: Tx,
  { account, container, due }: ConnectionPollRow,
  until: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("connection_poll")
    .set({ due: until })
    .where("account", "=", account)
    .where("container", "=", container)
    .where("due", "=", due)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** For this transaction: deliveries and polls of the repository come one after the other. */
export async function takeConnectionPoll(
  tx: Tx,
  { account, container }: Key,
): Promise<ConnectionPollRow | undefined> {
  const query = tx
    .selectFrom("connection_poll")
    .selectAll()
    .where("account", "=", account)
    .where("container", "=", container);
  return holding(tx, query).executeTakeFirst();
}

export async function changeConnectionPoll(
  tx: Tx,
  { account, container }: Key,
  change: Partial<Pick<ConnectionPollRow, "due" | "failures" | "error" | "polled">>,
): Promise<void> {
  await tx
    .updateTable("connection_poll")
    .set(change)
    .where("account", "=", account)
    .where("container", "=", container)
    .execute();
}

export async function deleteConnectionPoll(tx: Tx, { account, container }: Key): Promise<void> {
  await tx
    .deleteFrom("connection_poll")
    .where("account", "=", account)
    .where("container", "=", container)
    .execute();
}

/** The repositories of a connection are looked at soon, however long failed looks had put that off. */
export async function wakeConnectionPolls(
  tx: Tx,
  { account, region, id }: { readonly account: string; readonly region: string; readonly id: string },
): Promise<void> {
  await tx
    .updateTable("connection_poll")
    .set({ due: 0 })
    .where("account", "=", account)
    .where("container", ">=", `${region}/${id}/`)
    // The character after the slash.
    .where("container", "<", `${region}/${id}0`)
    .execute();
}
