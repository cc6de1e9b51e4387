/** Databases in the tests' PostgreSQL. */
import pg from "pg";

/** An empty one that is migrated, for others to be made from. */
export const TEMPLATE = "millrace_empty";

/** One for each process and server: connecting takes longer than what is asked. */
const connections = new Map<string, Promise<pg.Client>>();

/** Runs a statement on the database `postgres` of a server. @param base the server's URL, without a database */
export async function administer(base: string, sql: string): Promise<void> {
  const connection = connections.get(base) ?? connect(base);
  connections.set(base, connection);
  await (await connection).query(sql);
}

async function connect(base: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: `${base}/postgres` });
  // It ends with the server or with the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
