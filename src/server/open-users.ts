/** The users and roles of an installation, opened by an administrator's command. */
import { createRoles, createUsers, type Roles, type Users } from "../core/access/index.ts";

export type { UserSummary } from "../core/access/index.ts";

import { type Installation, openInstallation } from "./open-installation.ts";

export interface OpenedUsers extends AsyncDisposable {
  readonly users: Users;
  readonly roles: Roles;
}

/**
 * @param make whether the data directory is made ready where no server has started yet: users may be there before it
 * @throws ConfigurationError, and Error that says what is missing
 */
export async function openUsers(installation: Installation, make = false): Promise<OpenedUsers> {
  const { store, ambient, access } = await openInstallation(installation, make);
  return {
    users: createUsers({ store, ambient, sealer: access }),
    roles: createRoles({ store, ambient }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}
