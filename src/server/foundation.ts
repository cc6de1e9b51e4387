/** What the rooms stand on: the data directory, taken for this server alone; its keys; the store. */
import {
  createAccess,
  installationSecret,
  type RootCredentials,
  rootCredentials,
} from "../core/access/index.ts";
import type { Access } from "../core/access/types.ts";
import { createIds } from "../core/ids.ts";
import { randomBytes } from "../core/random-bytes.ts";
import type { Ambient } from "../core/scope.ts";
import { lockDataDirectory } from "../core/store/directory-lock.ts";
import { jobGoesOn } from "../core/store/jobs.ts";
import { openStore } from "../core/store/open.ts";
import type { Store } from "../core/store/store.ts";
import { checkKey } from "./check-key.ts";
import { makeDataDirectory, temporaryDirectory } from "./data-directory.ts";
import type { Settings } from "./settings.ts";

export interface Foundation {
  readonly ambient: Ambient;
  readonly dataDir: string;
  readonly credentials: RootCredentials;
  readonly access: Access;
  readonly store: Store;
}

/**
 * @param account that the root key stands for
 * @param stack gives everything back when it is disposed
 * @throws DataDirectoryInUseError, Error for another key than the database's, and the system's and the database's errors
 */
export async function layFoundation(
  settings: Settings,
  account: string,
  stack: AsyncDisposableStack,
): Promise<Foundation> {
  const { databaseUrl, secretKey, allowAnyCredentials } = settings;
  const clock = { now: Date.now, randomBytes };
  const ambient: Ambient = { ...clock, newId: createIds(clock) };
  const dataDir = settings.dataDir ?? (await temporaryDirectory(stack));
  await makeDataDirectory(dataDir);
  const lock = await lockDataDirectory(dataDir);
  stack.defer(() => lock.release());

  const credentials = await rootCredentials(dataDir);
  const secret = await installationSecret(dataDir, secretKey);
  const store = await openStore(databaseUrl === undefined ? { dataDir } : { databaseUrl });
  stack.defer(() => store.close());
  const jobIsOpen = (jobId: string) => jobGoesOn(store.read, jobId);
  const access = createAccess({
    ambient,
    db: store.read,
    account,
    root: credentials,
    secret,
    allowAnyCredentials,
    jobIsOpen,
  });
  await checkKey(store, access);
  return { ambient, dataDir, credentials, access, store };
}
