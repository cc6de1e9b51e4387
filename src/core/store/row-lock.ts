import { PostgresAdapter, type SelectQueryBuilder } from "kysely";
import type { Reader } from "./store.ts";

/**
 * Makes a select hold its rows until the transaction ends, so that whoever wants the same rows waits for it. SQLite
 * knows no such clause and needs none: its transactions never overlap.
 */
export function holding<DB, TB extends keyof DB, O>(
  db: Reader,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return isPostgres(db) ? query.forUpdate() : query;
}

/** The same, leaving out rows that somebody else holds. */
export function holdingFree<DB, TB extends keyof DB, O>(
  db: Reader,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return isPostgres(db) ? query.forUpdate().skipLocked() : query;
}

export function isPostgres(db: Reader): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
