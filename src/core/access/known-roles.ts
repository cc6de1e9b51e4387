/** Roles, and the sessions of those who took one. A session is what its role is now, and ends with it. */
import { findRole, findRoleVersion } from "../store/roles.ts";
import type { Reader } from "../store/store.ts";
import { type Policy, readPolicy } from "./policy/index.ts";
import { createRemembered } from "./remembered.ts";
import { rightsOf } from "./rights.ts";
import type { Caller, Identity, Tags } from "./types.ts";
import { type RoleParts, roleArn, sessionArn } from "./user-names.ts";

const KEPT = 1_000;

/** The sealed claim of a session's keys. */
export interface SessionClaim {
  readonly account: string;
  readonly role: string;
  readonly roleId: string;
  readonly session: string;
  /** The job that its keys end with. */
  readonly jobId?: string;
  /** In IAM's JSON. */
  readonly policy?: string;
  /** Epoch milliseconds, as `expires`. */
  readonly issued: number;
  readonly expires: number;
}

export interface KnownRole extends RoleParts {
  readonly id: string;
  readonly policy: Policy;
  readonly trust: Policy;
  readonly tags: Tags;
}

export interface KnownRoles {
  /** Undefined when there is none of the name, or it stands at another path. */
  find(named: RoleParts): Promise<KnownRole | undefined>;
  /** Undefined when the role isn't there any more. */
  callerOf(claim: SessionClaim, accessKeyId: string): Promise<Caller | undefined>;
}

export const noRoles: KnownRoles = { find: async () => undefined, callerOf: async () => undefined };

export function createKnownRoles(db: Reader, now: () => number): KnownRoles {
  const kept = createRemembered<KnownRole>(KEPT);

  async function load(account: string, name: string): Promise<KnownRole | undefined> {
    const row = await findRole(db, { account, name });
    if (row === undefined) return undefined;
    return {
      account,
      path: row.path,
      name,
      id: row.id,
      policy: readPolicy(row.policy, "identity"),
      trust: readPolicy(row.trust, "trust"),
      tags: JSON.parse(row.tags) as Tags,
    };
  }

  async function known(account: string, name: string): Promise<KnownRole | undefined> {
    const found = await findRoleVersion(db, { account, name });
    // By its id, too: one that was removed and made again has the first one's versions.
    return found && kept.get(found.id, found.version, () => load(account, name));
  }

  return {
    async find({ account, path, name }) {
      const role = await known(account, name);
      return role?.path === path ? role : undefined;
    },

    async callerOf(claim, accessKeyId) {
      const { account, session } = claim;
      const role = await known(account, claim.role);
      if (role?.id !== claim.roleId) return undefined;
      const identity: Identity = {
        account,
        principalArn: roleArn(account, role.path, role.name),
        principalType: "AssumedRole",
        userId: `${role.id}:${session}`,
        tags: role.tags,
        tokenIssued: claim.issued,
      };
      const own = claim.policy === undefined ? undefined : readPolicy(claim.policy, "session");
      return {
        kind: "role",
        account,
        arn: sessionArn(account, role.name, session),
        accessKeyId,
        ...(claim.jobId !== undefined && { jobId: claim.jobId }),
        identity,
        rights: rightsOf(identity, role.policy, now, own),
      };
    },
  };
}
