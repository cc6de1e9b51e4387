/** Refs of watched repositories as they were last seen (S7.9). */
import { insertInto } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { ConnectionRefRow } from "./tables/connections.ts";

type Container = Pick<ConnectionRefRow, "account" | "container">;
type Key = Omit<ConnectionRefRow, "commit_id" | "started">;

/** By ref. */
export async function knownRefs(
  db: Reader,
  { account, container }: Container,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("connection_ref")
    .select(["ref", "commit_id"])
    .where("account", "=", account)
    .where("container", "=", container)
    .execute();
  return new Map(rows.map(({ ref, commit_id }) => [ref, commit_id]));
}

/** The commit of a ref that a poll has found and started for. */
export async function startedByPoll(
  db: Reader,
  { account, container, ref }: Key,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("connection_ref")
    .select("commit_id")
    .where("account", "=", account)
    .where("container", "=", container)
    .where("ref", "=", ref)
    .where("started", "=", 1)
    .executeTakeFirst();
  return row?.commit_id;
}

/**
 * Nothing happens where the repository isn't polled.
 * @param byPoll whether a poll starts for it in this transaction
 */
export async function changeKnownRef(tx: Tx, key: Key, commitId: string, byPoll: boolean): Promise<void> {
  const poll = await tx
    .selectFrom("connection_poll")
    .select("account")
    .where("account", "=", key.account)
    .where("container", "=", key.container)
    .executeTakeFirst();
  if (poll === undefined) return;
  const change = { commit_id: commitId, started: byPoll ? 1 : 0 };
  await tx
    .insertInto("connection_ref")
    .values({ ...key, ...change })
    .onConflict((conflict) => conflict.columns(["account", "container", "ref"]).doUpdateSet(change))
    .execute();
}

const insertUnknown = insertInto("connection_ref", true);

/**
 * What a first look has seen. Pushes that were delivered before it was over are known already, and stay; one that is
 * being delivered may have begun before the repository was polled, and is waited for.
 */
export async function addKnownRefs(
  tx: Tx,
  { account, container }: Container,
  refs: ReadonlyMap<string, string>,
): Promise<void> {
  await insertUnknown(
    tx,
    [...refs].map(([ref, commit_id]) => ({ account, container, ref, commit_id, started: 0 })),
  );
}

export async function forgetKnownRefs(tx: Tx, { account, container }: Container): Promise<void> {
  await tx
    .deleteFrom("connection_ref")
    .where("account", "=", account)
    .where("container", "=", container)
    .execute();
}

export async function forgetKnownRef(tx: Tx, { account, container, ref }: Key): Promise<void> {
  await tx
    .deleteFrom("connection_ref")
    .where("account", "=", account)
    .where("container", "=", container)
    .where("ref", "=", ref)
    .execute();
}
