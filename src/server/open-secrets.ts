/** The secrets of an installation, opened by an administrator's command. */
import { createSecrets } from "../core/secrets/index.ts";
import type { Secrets } from "../core/secrets/types.ts";
import { type Installation, openInstallation } from "./open-installation.ts";

export type { SecretSummary } from "../core/secrets/types.ts";

export interface OpenedSecrets extends AsyncDisposable {
  readonly secrets: Secrets;
}

/** @throws as openInstallation */
export async function openSecrets(installation: Installation): Promise<OpenedSecrets> {
  const opened = await openInstallation(installation);
  return { secrets: createSecrets(opened), [Symbol.asyncDispose]: () => opened.store.close() };
}
