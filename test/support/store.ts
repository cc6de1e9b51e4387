import { openSqlite } from "../../src/core/store/sqlite.ts";
import type { Store } from "../../src/core/store/store.ts";

/** An empty, migrated store that is thrown away with the test. */
export async function emptyStore(): Promise<Store> {
  return openSqlite(":memory:");
}
