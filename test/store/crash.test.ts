import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, inject, test } from "vitest";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";
import { bundle } from "../support/published.ts";
import { emptyDatabase } from "../support/store.ts";

const writer = await bundle(
  fileURLToPath(new URL("./crash-writer.ts", import.meta.url)),
  inject("published"),
);

/** Starts a process that commits without end, kills it once it was told of `count` commits, and answers those. */
async function killWhileCommitting(place: StorePlace, run: number, count: number): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [writer, JSON.stringify(place), String(run)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  if (child.stdout === null) throw new Error("the writer has no output");
  for await (const key of createInterface({ input: child.stdout })) {
    acknowledged.push(key);
    if (acknowledged.length === count) child.kill("SIGKILL");
  }
  return acknowledged;
}

test("every acknowledged transaction survives kill -9, and none is there in half", async () => {
  const database = await emptyDatabase();
  const acknowledged: string[] = [];
  for (const [run, count] of [1, 40, 700].entries()) {
    acknowledged.push(...(await killWhileCommitting(database.place, run, count)));
    const store = await openStore(database.place);
    const rows = await store.read.selectFrom("tag").selectAll().execute();
    await store.close();

    const first = new Set(rows.filter((row) => row.resource === "first").map((row) => row.key));
    const second = new Set(rows.filter((row) => row.resource === "second").map((row) => row.key));
    expect(second).toEqual(first);
    expect(acknowledged.filter((key) => !first.has(key))).toEqual([]);
  }
  await database.remove();
});
