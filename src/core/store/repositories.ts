/** Hosted repositories as rows: made, found, listed, forgotten. What their refs do is in `pushes.ts`. */
import type { Scope } from "../scope.ts";
import type { Reader, Tx } from "./store.ts";
import type { RepositoryRow } from "./tables/repositories.ts";

/** @returns false when the name is taken in the account and region */
export async function insertRepository(tx: Tx, row: RepositoryRow): Promise<boolean> {
  const result = await tx
    .insertInto("repository")
    .values(row)
    .onConflict((conflict) => conflict.columns(["account", "region", "name"]).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findRepository(
  db: Reader,
  { account, region }: Scope,
  name: string,
): Promise<RepositoryRow | undefined> {
  return db
    .selectFrom("repository")
    .selectAll()
    .where("account", "=", account)
    .where("region", "=", region)
    .where("name", "=", name)
    .executeTakeFirst();
}

/** In all regions of an account. */
export async function countRepositories(db: Reader, account: string): Promise<number> {
  const { count } = await db
    .selectFrom("repository")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("account", "=", account)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** By name. */
export async function listRepositoryRows(db: Reader, { account, region }: Scope): Promise<RepositoryRow[]> {
  return db
    .selectFrom("repository")
    .selectAll()
    .where("account", "=", account)
    .where("region", "=", region)
    .orderBy("name")
    .execute();
}

/** Of every account and region. */
export async function allRepositoryRows(db: Reader): Promise<RepositoryRow[]> {
  return db.selectFrom("repository").selectAll().orderBy("id").execute();
}

/** Forgets a repository with all that is known of its refs. @returns its id, undefined when there was none */
export async function deleteRepositoryRow(tx: Tx, scope: Scope, name: string): Promise<string | undefined> {
  const row = await findRepository(tx, scope, name);
  if (row === undefined) return undefined;
  for (const table of ["ref_position", "push_intent", "ref_event"] as const) {
    await tx.deleteFrom(table).where("repository_id", "=", row.id).execute();
  }
  await tx.deleteFrom("repository").where("id", "=", row.id).execute();
  return row.id;
}

export async function repositoryRow(db: Reader, id: string): Promise<RepositoryRow | undefined> {
  return db.selectFrom("repository").selectAll().where("id", "=", id).executeTakeFirst();
}
