import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, inject, test, vi } from "vitest";
import { createArtifacts } from "../../src/core/artifacts/index.ts";
import { openStore } from "../../src/core/store/open.ts";
import { bundle } from "../support/published.ts";
import { emptyDatabase } from "../support/store.ts";
import { ambient } from "./support.ts";

const writer = await bundle(
  fileURLToPath(new URL("./crash-writer.ts", import.meta.url)),
  inject("published"),
);
const account = "000000000000";

/** Starts the writer, kills it once it has told of `count` objects, and answers their keys. */
async function killWhileWriting(instructions: object, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, JSON.stringify(instructions)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  for await (const key of createInterface({ input: child.stdout })) {
    acknowledged.push(key);
    if (acknowledged.length === count) child.kill("SIGKILL");
  }
  return acknowledged;
}

test("kill -9: every acknowledged object is there whole, and what was half done is swept", async () => {
  const database = await emptyDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-crash-"));
  const acknowledged: string[] = [];
  for (const [run, count] of [1, 10, 60].entries()) {
    const before = await openStore(database.place);
    const first = createArtifacts({ store: before, dataDir, ambient });
    await first.ensureBucket({ name: "things", account, region: "r", versioned: false });
    await first.close();
    await before.close();

    acknowledged.push(...(await killWhileWriting({ place: database.place, dataDir, run }, count)));

    const store = await openStore(database.place);
    const artifacts = createArtifacts({ store, dataDir, ambient });
    for (const key of acknowledged) {
      const bytes = await artifacts.read(account, "things", key);
      expect(bytes && (await text(bytes)), key).toBe(key.repeat(10_000));
    }
    const contended = await artifacts.read(account, "things", "contended");
    if (contended !== undefined) expect(await text(contended)).toMatch(/^(\d\/\d\/\d+)\1{9999}$/);

    await vi.waitFor(
      async () => {
        const rows = await store.read.selectFrom("content_part").select("file").execute();
        const found = await readdir(join(dataDir, "objects"), { recursive: true, withFileTypes: true });
        const files = found.flatMap((entry) => (entry.isFile() ? [entry.name] : []));
        expect(files.toSorted()).toEqual(rows.map((row) => row.file).toSorted());
      },
      { timeout: 30_000 },
    );
    await artifacts.close();
    await store.close();
  }
  await database.remove();
  await rm(dataDir, { recursive: true, force: true });
});
