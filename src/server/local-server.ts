/** `server.json` in the data directory: how commands on this machine find the server that runs there. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RootCredentials } from "../core/access/index.ts";

export interface LocalServer {
  readonly url: string;
  readonly region: string;
  readonly credentials: RootCredentials;
}

export async function writeServerFile(
  dataDir: string,
  file: Omit<LocalServer, "credentials">,
): Promise<void> {
  await writeFile(join(dataDir, "server.json"), `${JSON.stringify(file)}\n`, { mode: 0o600 });
}

export async function removeServerFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, "server.json"), { force: true });
}

/** The server that runs on a data directory, with its root key; undefined when there is none. */
export async function findLocalServer(dataDir: string): Promise<LocalServer | undefined> {
  const file = await readJson<Omit<LocalServer, "credentials">>(join(dataDir, "server.json"));
  const credentials = await readJson<RootCredentials>(join(dataDir, "credentials.json"));
  return file && credentials && { ...file, credentials };
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
