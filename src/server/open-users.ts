/** The users and roles of an installation, opened by an administrator's command. */
import { createRoles, createUsers, type Roles, type Users } from "../core/access/index.ts";

export type { UserSummary } from "../core/access/index.ts";

import { type Installation, openInstallation } from "./open-installation.ts";

export interface OpenedUsers extends AsyncDisposable {
  readonly users: Users;
  readonly roles: Roles;
}

/**
 * Users may be made before the first server starts.
 * @throws ConfigurationError, and Error that says what is missing
 */
export async function openUsers(installation: Installation): Promise<OpenedUsers> {
  const { store, ambient, access } = await openInstallation(installation, true);
  return {
    users: createUsers({ store, ambient, sealer: access }),
    roles: createRoles({ store, ambient }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}
