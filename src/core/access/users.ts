/** Users and roles as an administrator keeps them, on the store itself: servers that run see every change at once. */
import type { Ambient } from "../scope.ts";
import { changeRole, deleteRole, insertRole, listRoleRows } from "../store/roles.ts";
import type { Store, Tx } from "../store/store.ts";
import { changeUser, deleteUser, insertUser, listUserRows } from "../store/users.ts";
import { checkAccount, checkName, checkPath, checkTags, UserError } from "./check-user.ts";
import { newCredentials, newPrincipalId } from "./new-keys.ts";
import { readPolicy } from "./policy/index.ts";
import type { Sealer } from "./seal.ts";
import type { Tags } from "./types.ts";
import { roleArn, secretContext } from "./user-names.ts";

export { UserError } from "./check-user.ts";

/** A user or a role of an account. */
export interface Principal {
  readonly account: string;
  readonly name: string;
}

/** What AWS's CLI prints of a new key, too. The secret is shown this once. */
export interface UserKey {
  readonly userName: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Policies are texts in IAM's JSON. */
export interface UserSettings {
  readonly policy: string;
  readonly tags: Tags;
}

export interface RoleSettings extends UserSettings {
  readonly trust: string;
}

export interface UserSummary extends Principal {
  readonly accessKeyId: string;
  readonly disabled: boolean;
  readonly created: number;
  readonly updated: number;
}

export interface RoleSummary extends Principal {
  readonly arn: string;
  readonly created: number;
  readonly updated: number;
}

export interface Users {
  /** @throws UserError, PolicyError */
  create(user: Principal, settings: UserSettings): Promise<UserKey>;
  list(): Promise<readonly UserSummary[]>;
  /** What is left out stays. @throws UserError, PolicyError */
  update(user: Principal, change: Partial<UserSettings>): Promise<void>;
  /** @throws UserError */
  setDisabled(user: Principal, disabled: boolean): Promise<void>;
  /** A new key in place of the old one, also of a user whose key was disabled. @throws UserError */
  rotate(user: Principal): Promise<UserKey>;
  /** @throws UserError */
  remove(user: Principal): Promise<void>;
}

export interface Roles {
  /** @param settings whose path is `/`, if not given @returns its ARN @throws UserError, PolicyError */
  create(role: Principal, settings: RoleSettings & { readonly path?: string }): Promise<string>;
  list(): Promise<readonly RoleSummary[]>;
  /** What is left out stays. @throws UserError, PolicyError */
  update(role: Principal, change: Partial<RoleSettings>): Promise<void>;
  /** Its sessions end with it. @throws UserError */
  remove(role: Principal): Promise<void>;
}

interface Room {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly sealer: Sealer;
}

export function createUsers({ store, ambient, sealer }: Room): Users {
  const changing = (user: Principal, change: (tx: Tx) => Promise<boolean>) =>
    requireThere("user", user, store.transaction(change));

  function newKey(account: string) {
    const { accessKeyId, secretAccessKey } = newCredentials(ambient.randomBytes);
    const access_key_id = accessKeyId;
    const sealed_secret = sealer.seal(secretAccessKey, secretContext({ account, access_key_id }));
    return { key: { accessKeyId, secretAccessKey }, columns: { access_key_id, sealed_secret } };
  }

  return {
    async create(user, { policy, tags }) {
      checkNew(user);
      readPolicy(policy, "identity");
      const now = ambient.now();
      const { key, columns } = newKey(user.account);
      const row = {
        account: user.account,
        name: user.name,
        id: newPrincipalId("AIDA", ambient.randomBytes),
        ...columns,
        policy,
        tags: JSON.stringify(checkTags(tags)),
        disabled: 0,
        version: 1,
        created: now,
        updated: now,
      };
      if (!(await store.transaction((tx) => insertUser(tx, row)))) throw taken("user", user);
      return { userName: user.name, ...key };
    },

    async list() {
      return (await listUserRows(store.read)).map(
        ({ account, name, access_key_id, disabled, created, updated }) => ({
          account,
          name,
          accessKeyId: access_key_id,
          disabled: disabled !== 0,
          created,
          updated,
        }),
      );
    },

    async update(user, { policy, tags }) {
      if (policy !== undefined) readPolicy(policy, "identity");
      const change = {
        ...(policy !== undefined && { policy }),
        ...(tags !== undefined && { tags: JSON.stringify(checkTags(tags)) }),
        updated: ambient.now(),
      };
      await changing(user, (tx) => changeUser(tx, user, change));
    },

    async setDisabled(user, disabled) {
      const change = { disabled: disabled ? 1 : 0, updated: ambient.now() };
      await changing(user, (tx) => changeUser(tx, user, change));
    },

    async rotate(user) {
      const { key, columns } = newKey(user.account);
      const change = { ...columns, disabled: 0, updated: ambient.now() };
      await changing(user, (tx) => changeUser(tx, user, change));
      return { userName: user.name, ...key };
    },

    remove: (user) => changing(user, (tx) => deleteUser(tx, user)),
  };
}

export function createRoles({ store, ambient }: Omit<Room, "sealer">): Roles {
  const changing = (role: Principal, change: (tx: Tx) => Promise<boolean>) =>
    requireThere("role", role, store.transaction(change));

  return {
    async create(role, { policy, trust, tags, path = "/" }) {
      checkNew(role);
      checkPath(path);
      readPolicy(policy, "identity");
      readPolicy(trust, "trust");
      const now = ambient.now();
      const row = {
        account: role.account,
        name: role.name,
        path,
        id: newPrincipalId("AROA", ambient.randomBytes),
        policy,
        trust,
        tags: JSON.stringify(checkTags(tags)),
        version: 1,
        created: now,
        updated: now,
      };
      if (!(await store.transaction((tx) => insertRole(tx, row)))) throw taken("role", role);
      return roleArn(role.account, path, role.name);
    },

    async list() {
      return (await listRoleRows(store.read)).map(({ account, name, path, created, updated }) => ({
        account,
        name,
        arn: roleArn(account, path, name),
        created,
        updated,
      }));
    },

    async update(role, { policy, trust, tags }) {
      if (policy !== undefined) readPolicy(policy, "identity");
      if (trust !== undefined) readPolicy(trust, "trust");
      const change = {
        ...(policy !== undefined && { policy }),
        ...(trust !== undefined && { trust }),
        ...(tags !== undefined && { tags: JSON.stringify(checkTags(tags)) }),
        updated: ambient.now(),
      };
      await changing(role, (tx) => changeRole(tx, role, change));
    },

    remove: (role) => changing(role, (tx) => deleteRole(tx, role)),
  };
}

function checkNew({ account, name }: Principal): void {
  checkAccount(account);
  checkName(name);
}

async function requireThere(
  kind: string,
  { account, name }: Principal,
  done: Promise<boolean>,
): Promise<void> {
  if (!(await done))
    throw new UserError(
      `there is no ${kind} ${name} in account ${account}; millrace ${kind} list shows them`,
    );
}

function taken(kind: string, { account, name }: Principal): UserError {
  return new UserError(`there is a ${kind} ${name} in account ${account} already; names have no case`);
}
