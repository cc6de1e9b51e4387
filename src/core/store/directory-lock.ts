/** One server per data directory. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export class DataDirectoryInUseError extends Error {
  readonly dataDir: string;

  constructor(dataDir: string) {
    super(
      `another Millrace server is running on the data directory ${dataDir}. ` +
        "Stop that server, or start this one with another --data-dir.",
    );
    this.name = "DataDirectoryInUseError";
    this.dataDir = dataDir;
  }
}

/**
 * Takes the data directory for this server, making it if need be. The lock is SQLite's own on a tiny database, held
 * by an open transaction: the operating system frees it when the process ends, however it ends.
 *
 * @throws DataDirectoryInUseError
 */
export async function lockDataDirectory(dataDir: string): Promise<{ release(): void }> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(dataDir, "server.lock"), { timeout: 0 });
  try {
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    if (isLocked(error)) throw new DataDirectoryInUseError(dataDir);
    throw error;
  }
  return { release: () => lock.close() };
}

function isLocked(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
