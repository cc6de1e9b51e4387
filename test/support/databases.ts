/** Databases in the tests' PostgreSQL. */
import pg from "pg";

/** An empty one that is migrated, for others to be made from. */
export const TEMPLATE = "millrace_empty";

/** Runs a statement on the database `postgres` of a server. @param base the server's URL, without a database */
export async function administer(base: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${base}/postgres` });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
