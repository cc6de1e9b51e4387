import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqlite } from "../../src/core/store/sqlite.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-sqlite-"));
  path = join(folder, "db");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function pageSize(): unknown {
  const database = new DatabaseSync(path);
  try {
    return database.prepare("pragma page_size").get();
  } finally {
    database.close();
  }
}

test("a new database has pages that hold several executions", async () => {
  await (await openSqlite(path)).close();
  expect(pageSize()).toEqual({ page_size: 8_192 });
});

test("one that began with pages of another size is opened as it is", async () => {
  const before = new DatabaseSync(path);
  before.exec("pragma page_size = 4096; pragma journal_mode = wal; create table before (id text)");
  before.close();
  const store = await openSqlite(path);
  expect(await store.read.selectFrom("pipeline").selectAll().execute()).toEqual([]);
  await store.close();
  expect(pageSize()).toEqual({ page_size: 4_096 });
});
