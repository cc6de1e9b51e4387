/** What the tests of a project share: the program, and a database that is there already when a test wants an empty one. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";
import { administer, TEMPLATE } from "./databases.ts";
import { startPostgres } from "./postgres.ts";
import { publish } from "./published.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** What `publish` made: bin/millrace.js, and what it needs. */
    published: string;
    /** A data directory with an empty SQLite database, to be copied. */
    emptyDataDir: string;
    /** Base of the test databases' URLs, without a database's name; absent, where the tests don't run on PostgreSQL. */
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "millrace-tests-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));

  const published = join(folder, "published");
  await mkdir(published);
  await publish(published);
  project.provide("published", published);

  const emptyDataDir = join(folder, "data");
  await mkdir(emptyDataDir);
  await migrate({ dataDir: emptyDataDir });
  project.provide("emptyDataDir", emptyDataDir);

  if (project.name === "postgres") {
    const postgres = await startPostgres();
    stack.defer(postgres.stop);
    await administer(postgres.url, `create database ${TEMPLATE}`);
    await migrate({ databaseUrl: `${postgres.url}/${TEMPLATE}` });
    project.provide("postgresUrl", postgres.url);
  }
  const owned = stack.move();
  return () => owned.disposeAsync();
}

/** Opening a store migrates it. */
async function migrate(place: StorePlace): Promise<void> {
  await (await openStore(place)).close();
}
