/** The secrets of an installation, opened by an administrator's command: also while servers run on it. */
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createSealedTexts, installationSecret } from "../core/access/index.ts";
import type { Ambient } from "../core/scope.ts";
import { createSecrets } from "../core/secrets/index.ts";
import type { Secrets } from "../core/secrets/types.ts";
import { openStore } from "../core/store/open.ts";
import { settingsOf } from "./settings.ts";

export type { SecretSummary } from "../core/secrets/types.ts";

export interface Installation {
  readonly dataDir: string;
  /** `postgres://…` where the servers are given one. */
  readonly databaseUrl?: string;
  /** As servers are given it, by MILLRACE_SECRET_KEY. */
  readonly secretKey?: string;
}

export interface OpenedSecrets extends AsyncDisposable {
  readonly secrets: Secrets;
}

/**
 * Makes nothing that isn't there: a value that is sealed with a new key, or kept in a new place, no server could read.
 *
 * @throws ConfigurationError, and Error that says what is missing
 */
export async function openSecrets(installation: Installation): Promise<OpenedSecrets> {
  const { databaseUrl, secretKey } = settingsOf(installation);
  const dataDir = resolve(installation.dataDir);
  requireFile(databaseUrl === undefined, join(dataDir, "millrace.sqlite"), "a database with --database-url");
  requireFile(secretKey === undefined, join(dataDir, "secret.key"), "the key with MILLRACE_SECRET_KEY");
  const secret = await installationSecret(dataDir, secretKey);
  const ambient: Ambient = { now: Date.now, newId: randomUUID, randomBytes };
  const store = await openStore(databaseUrl === undefined ? { dataDir } : { databaseUrl });
  return {
    secrets: createSecrets({ store, ambient, access: createSealedTexts(secret, randomBytes) }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

function requireFile(needed: boolean, path: string, instead: string): void {
  if (needed && !existsSync(path))
    throw new Error(
      `there is no ${path}: give the --data-dir of a server that has started before, or ${instead}`,
    );
}
