/** Databases in the tests' PostgreSQL. */
import { randomUUID } from "node:crypto";
import pg from "pg";

/** An empty one that is migrated, for others to be made from. */
export const TEMPLATE = "millrace_empty";

/** One for each process and server: connecting takes longer than what is asked. */
const connections = new Map<string, Promise<pg.Client>>();

/** Runs a statement on the database `postgres` of a server. @param base the server's URL, without a database */
export async function administer(base: string, sql: string): Promise<void> {
  const connection = connections.get(base) ?? connect(`${base}/postgres`);
  connections.set(base, connection);
  await (await connection).query(sql);
}

/** @param from what it is a copy of, as `create database` has it. @returns its name, which no other has */
export async function createDatabase(base: string, from = ""): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await administer(base, `create database ${name} ${from}`);
  return name;
}

export async function dropDatabase(base: string, name: string): Promise<void> {
  await administer(base, `drop database ${name} with (force)`);
}

/** A connection that is left open: it ends with the server or with the process. */
export async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
