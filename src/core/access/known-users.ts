/** Users by their keys. Every request asks whether its user changed, so that changes count at once on every server. */
import type { Reader } from "../store/store.ts";
import type { UserRow } from "../store/tables/users.ts";
import { findUserByKey, findUserVersion } from "../store/users.ts";
import type { KnownKey } from "./keys.ts";
import { readPolicy } from "./policy/index.ts";
import { createRemembered } from "./remembered.ts";
import { rightsOf } from "./rights.ts";
import type { Sealer } from "./seal.ts";
import type { Identity, Tags } from "./types.ts";
import { secretContext, userArn } from "./user-names.ts";

const KEPT = 1_000;

export interface KnownUsers {
  /** Undefined for the keys of nobody, and of those that are disabled. */
  find(accessKeyId: string): Promise<KnownKey | undefined>;
}

export const nobody: KnownUsers = { find: async () => undefined };

export function createKnownUsers(db: Reader, sealer: Sealer, now: () => number): KnownUsers {
  const kept = createRemembered<KnownKey>(KEPT);

  async function load(accessKeyId: string): Promise<KnownKey | undefined> {
    const row = await findUserByKey(db, accessKeyId);
    const secretAccessKey = row && sealer.unseal(row.sealed_secret, secretContext(row));
    // Sealed with another installation's key: nobody can sign with it here.
    if (row === undefined || secretAccessKey === undefined) return undefined;
    return { caller: callerOf(row), secretAccessKey };
  }

  function callerOf(row: UserRow): KnownKey["caller"] {
    const { account, name, id: userId, access_key_id: accessKeyId } = row;
    const arn = userArn(account, name);
    const identity: Identity = {
      account,
      principalArn: arn,
      principalType: "User",
      userId,
      username: name,
      tags: JSON.parse(row.tags) as Tags,
    };
    const rights = rightsOf(identity, readPolicy(row.policy, "identity"), now);
    return { kind: "user", account, arn, accessKeyId, identity, rights };
  }

  return {
    async find(accessKeyId) {
      const found = await findUserVersion(db, accessKeyId);
      if (found === undefined || found.disabled !== 0) return undefined;
      return kept.get(accessKeyId, found.version, () => load(accessKeyId));
    },
  };
}
