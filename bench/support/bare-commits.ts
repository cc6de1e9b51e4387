/** The yardstick of pipelines: commits of one small row each, one after the other, on the same kind of database. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { type Rig, rigOf } from "./rig.ts";
import { scratchFolder } from "./scratch.ts";

const ROW = "x".repeat(600);

/** SQLite as durable as the store opens it: WAL, synchronous=FULL. */
export async function sqliteCommitsRig(stack: AsyncDisposableStack, commits: number): Promise<Rig> {
  const database = new DatabaseSync(join(await scratchFolder(stack), "commits.sqlite"));
  stack.defer(() => database.close());
  database.exec("pragma journal_mode = wal; pragma synchronous = full; create table line (body text)");
  const insert = database.prepare("insert into line values (?)");
  return rigOf(async () => {
    for (let commit = 0; commit < commits; commit++) insert.run(ROW);
  });
}

export async function postgresCommitsRig(
  stack: AsyncDisposableStack,
  databaseUrl: string,
  commits: number,
): Promise<Rig> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  stack.defer(() => client.end());
  await client.query("create table line (body text)");
  return rigOf(async () => {
    for (let commit = 0; commit < commits; commit++) {
      await client.query({ name: "insert", text: "insert into line values ($1)", values: [ROW] });
    }
  });
}
