import { sql } from "kysely";
import type { Reader } from "./store.ts";

/** Whether the database answers. @throws its error when it doesn't */
export async function ping(db: Reader): Promise<void> {
  await sql`select 1`.execute(db);
}
