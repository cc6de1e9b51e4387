/** A whole server with secrets in it that were set while it runs, and what its database holds as text. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { ACCOUNT, REGION } from "../../../src/server/defaults.ts";
import { createServer, type ServerOptions } from "../../../src/server/index.ts";
import { openSecrets } from "../../../src/server/open-secrets.ts";
import { emptyDatabase } from "../../support/store.ts";
import { type Clients, clientsOf } from "./clients.ts";

export interface SecretHost extends AsyncDisposable {
  readonly clients: Clients;
  readonly dataDir: string;
  set(name: string, value: string, allowed?: readonly string[], region?: string): Promise<void>;
  /** All rows: the files of SQLite as they are, or every table of PostgreSQL. */
  databaseText(): Promise<string>;
}

/** @param options `worker: false` for a server that runs no jobs itself */
export async function secretHost(
  options: Pick<ServerOptions, "worker" | "settings" | "keepFailed"> = {},
): Promise<SecretHost> {
  await using stack = new AsyncDisposableStack();
  const { place, remove } = await emptyDatabase();
  stack.defer(remove);
  const server = stack.use(await createServer({ logLevel: "error", ...place, ...options }));
  const { url: endpoint, region, credentials, dataDir } = server;
  const clients = stack.adopt(clientsOf({ endpoint, region, credentials }), (made) => made[Symbol.dispose]());
  const owned = stack.move();
  return {
    clients,
    dataDir,
    async set(name, value, allowed, region = REGION) {
      await using opened = await openSecrets({ ...place, dataDir });
      await opened.secrets.set({ account: ACCOUNT, region }, name, value, allowed);
    },
    databaseText: () => ("databaseUrl" in place ? rowsOf(place.databaseUrl) : sqliteFiles(dataDir)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function sqliteFiles(dataDir: string): Promise<string> {
  const files = (await readdir(dataDir)).filter((file) => file.startsWith("millrace.sqlite"));
  const contents = await Promise.all(files.map((file) => readFile(join(dataDir, file), "latin1")));
  return contents.join("\n");
}

async function rowsOf(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query(`select t::text as row from "${name}" t`);
      texts.push(...rows.map(({ row }) => String(row)));
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}
