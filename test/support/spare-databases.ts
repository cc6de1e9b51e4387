/**
 * Databases that are as the template is. To copy it takes longer than most tests, so one that a test gives back is
 * emptied, and taken by a later test of its process.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { connect, createDatabase, dropDatabase, TEMPLATE } from "./databases.ts";

interface Spare {
  readonly name: string;
  /** Beside those of whoever uses the database. */
  readonly client: pg.Client;
}

/** How a database becomes as it was, and what it is like then. */
interface Emptying {
  readonly sql: string;
  readonly columns: number;
}

/** By the server's URL. */
const spares = new Map<string, Spare[]>();
const emptyings = new Map<string, Promise<Emptying>>();
/** A connection that is closed takes a moment until the server knows: looks at it, 5 ms apart. */
const LOOKS = 100;

export interface TakenDatabase {
  readonly url: string;
  giveBack(): Promise<void>;
}

/** @param base the server's URL, without a database */
export async function takeDatabase(base: string): Promise<TakenDatabase> {
  const spare = spares.get(base)?.pop() ?? (await copyTemplate(base));
  let givenBack: Promise<void> | undefined;
  return {
    url: `${base}/${spare.name}`,
    // Once: given back twice, two tests would take it.
    giveBack: () => (givenBack ??= giveBack(base, spare)),
  };
}

async function giveBack(base: string, spare: Spare): Promise<void> {
  // What can't be emptied isn't as it was: a table is gone, or a test has ended all connections.
  if (await empties(base, spare).catch(() => false)) spares.set(base, [...(spares.get(base) ?? []), spare]);
  else await drop(base, spare);
}

async function copyTemplate(base: string): Promise<Spare> {
  const name = await createDatabase(base, `template ${TEMPLATE} strategy file_copy`);
  const client = await connect(`${base}/${name}`);
  const emptying = emptyings.get(base) ?? describe(client);
  emptyings.set(base, emptying);
  await emptying;
  return { name, client };
}

/** @returns whether it is as the template is: a test may have left others at work on it, or another schema */
async function empties(base: string, { client }: Spare): Promise<boolean> {
  const emptying = await emptyings.get(base);
  if (emptying === undefined || !(await isLeft(client))) return false;
  await client.query(emptying.sql);
  return (await countColumns(client)) === emptying.columns;
}

async function isLeft(client: pg.Client): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    const { rowCount } = await client.query(
      `select 1 from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    if (rowCount === 0) return true;
    await sleep(5);
  }
  return false;
}

async function drop(base: string, { name, client }: Spare): Promise<void> {
  await client.end();
  await dropDatabase(base, name);
}

/**
 * Tables become files anew, as in a copy: rows that are deleted leave room, in which later ones lie in another order.
 *
 * @param client of a database that nobody has used yet
 */
async function describe(client: pg.Client): Promise<Emptying> {
  const { rows } = await client.query<{ name: string; kind: "r" | "S" }>(
    `select quote_ident(relname) as name, relkind as kind from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')`,
  );
  const statements = [TRUNCATE];
  for (const { name, kind } of rows)
    statements.push(...(kind === "S" ? [`select setval('${name}', 1, false)`] : await refill(client, name)));
  return { sql: statements.join(";"), columns: await countColumns(client) };
}

/** What has been written to. */
const TRUNCATE = `do $$ declare tables text; begin
  select string_agg(quote_ident(relname), ', ') into tables from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0;
  execute 'truncate ' || tables;
end $$`;

async function refill(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ kept: string | null }>(
    `select quote_literal(json_agg(kept)::text) as kept from ${table} kept`,
  );
  const kept = rows[0]?.kept ?? null;
  if (kept === null) return [];
  return [`insert into ${table} select * from json_populate_recordset(null::${table}, ${kept})`];
}

/** Of all that is there, those of indexes too. Of a column that is dropped, PostgreSQL keeps a trace. */
async function countColumns(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ columns: number }>(
    "select count(*)::int as columns from pg_attribute where not attisdropped",
  );
  return rows[0]?.columns ?? 0;
}
