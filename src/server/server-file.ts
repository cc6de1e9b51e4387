/** `server.json` in the data directory: how commands on this machine find the running server. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface ServerFile {
  readonly url: string;
  readonly region: string;
  readonly pid: number;
}

export async function writeServerFile(dataDir: string, file: ServerFile): Promise<void> {
  await writeFile(pathIn(dataDir), `${JSON.stringify(file)}\n`, { mode: 0o600 });
}

export async function removeServerFile(dataDir: string): Promise<void> {
  await rm(pathIn(dataDir), { force: true });
}

/** @returns undefined when no server runs on the data directory (or none did yet) */
export async function readServerFile(dataDir: string): Promise<ServerFile | undefined> {
  try {
    return JSON.parse(await readFile(pathIn(dataDir), "utf8")) as ServerFile;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function pathIn(dataDir: string): string {
  return join(dataDir, "server.json");
}
