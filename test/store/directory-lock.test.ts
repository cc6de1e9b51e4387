import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataDirectoryInUseError, lockDataDirectory } from "../../src/core/store/directory-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const holder = fileURLToPath(new URL("./lock-holder.ts", import.meta.url));

test("a second server on one data directory is refused and told why", async () => {
  const dataDir = join(folder, "data");
  const lock = await lockDataDirectory(dataDir);
  const second = lockDataDirectory(dataDir);
  await expect(second).rejects.toThrow(DataDirectoryInUseError);
  await expect(second).rejects.toThrow(dataDir);
  lock.release();
  (await lockDataDirectory(dataDir)).release();
});

test("the lock holds across processes, and kill -9 frees it", async () => {
  const child = spawn(process.execPath, [holder, folder], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  await expect(lockDataDirectory(folder)).rejects.toThrow(/another Millrace server is running/);
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  (await lockDataDirectory(folder)).release();
});
