/** Tags of pipelines, custom action types and repositories, by the resource's ARN. */
import type { Reader, Tx } from "../store.ts";
import type { TagRow } from "../tables/pipelines.ts";

/** @param resource may be what a caller made up */
export async function tagsOf(db: Reader, resource: string): Promise<Pick<TagRow, "key" | "value">[]> {
  // Nothing is called so, and PostgreSQL can't even be asked.
  if (resource.includes("\0")) return [];
  return db.selectFrom("tag").select(["key", "value"]).where("resource", "=", resource).execute();
}

export async function tagsByKey(db: Reader, resource: string): Promise<Record<string, string>> {
  return Object.fromEntries((await tagsOf(db, resource)).map(({ key, value }) => [key, value]));
}

/** Adds new keys and overwrites present ones. */
export async function mergeTags(
  tx: Tx,
  resource: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const rows = Object.entries(tags).map(([key, value]) => ({ resource, key, value }));
  if (rows.length === 0) return;
  await tx
    .insertInto("tag")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["resource", "key"]).doUpdateSet({ value: (eb) => eb.ref("excluded.value") }),
    )
    .execute();
}

export async function removeTags(tx: Tx, resource: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.deleteFrom("tag").where("resource", "=", resource).where("key", "in", keys).execute();
}

export async function removeAllTags(tx: Tx, resource: string): Promise<void> {
  await tx.deleteFrom("tag").where("resource", "=", resource).execute();
}
