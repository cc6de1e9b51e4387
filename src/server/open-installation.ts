/** What an administrator's command works on: the store and the keys of an installation, also while servers run on it. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createSealedTexts, installationSecret } from "../core/access/index.ts";
import type { Access } from "../core/access/types.ts";
import { createIds } from "../core/ids.ts";
import type { Ambient } from "../core/scope.ts";
import { openStore } from "../core/store/open.ts";
import type { Store } from "../core/store/store.ts";
import { checkKey } from "./check-key.ts";
import { makeDataDirectory } from "./data-directory.ts";
import { settingsOf } from "./settings.ts";

export interface Installation {
  readonly dataDir: string;
  /** `postgres://…` where the servers are given one. */
  readonly databaseUrl?: string;
  /** As servers are given it, by MILLRACE_SECRET_KEY. */
  readonly secretKey?: string;
}

export interface OpenedInstallation {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly access: Pick<Access, "seal" | "unseal">;
}

/**
 * @param make whether a data directory in which no server has started yet is made ready for one. Otherwise nothing is
 *   made that isn't there: what is sealed with a new key, or kept in a new place, no server could read.
 * @throws ConfigurationError, and Error that says what is missing
 */
export async function openInstallation(
  installation: Installation,
  make = false,
): Promise<OpenedInstallation> {
  const { databaseUrl, secretKey } = settingsOf(installation);
  const dataDir = resolve(installation.dataDir);
  // Where the database is elsewhere, so are the servers' keys: none can be made up here.
  if (make && databaseUrl === undefined) await makeDataDirectory(dataDir);
  else {
    requireFile(
      databaseUrl === undefined,
      join(dataDir, "millrace.sqlite"),
      "a database with --database-url",
    );
    requireFile(secretKey === undefined, join(dataDir, "secret.key"), "the key with MILLRACE_SECRET_KEY");
  }
  const secret = await installationSecret(dataDir, secretKey);
  const store = await openStore(databaseUrl === undefined ? { dataDir } : { databaseUrl });
  const access = createSealedTexts(secret, randomBytes);
  try {
    await checkKey(store, access);
  } catch (error) {
    await store.close();
    throw error;
  }
  const clock = { now: Date.now, randomBytes };
  return { store, access, ambient: { ...clock, newId: createIds(clock) } };
}

function requireFile(needed: boolean, path: string, instead: string): void {
  if (needed && !existsSync(path))
    throw new Error(
      `there is no ${path}: give the --data-dir of a server that has started before, or ${instead}`,
    );
}
