/** Whose an access key is, and the secret that its signatures are made with. */
import type { RootCredentials } from "./installation.ts";
import type { KnownRoles, SessionClaim } from "./known-roles.ts";
import type { KnownUsers } from "./known-users.ts";
import type { TemporaryKeys } from "./temporary-keys.ts";
import { AccessError, type Caller, type JobGrant } from "./types.ts";

export interface KnownKey {
  readonly caller: Caller;
  readonly secretAccessKey: string;
}

export interface Keys {
  /** @throws AccessError when the key isn't known, doesn't belong to the token, or has expired */
  find(accessKeyId: string, sessionToken: string | undefined, now: number): Promise<KnownKey>;
  /** Whether a key and a token are a pair that was made here, for a job or for a role's session. */
  areTemporary(accessKeyId: string, sessionToken: string): boolean;
}

export interface KeyParts {
  readonly account: string;
  readonly root: RootCredentials;
  readonly users: KnownUsers;
  readonly roles: KnownRoles;
  readonly jobKeys: TemporaryKeys<JobGrant>;
  readonly sessionKeys: TemporaryKeys<SessionClaim>;
}

export function createKeys({ account, root, users, roles, jobKeys, sessionKeys }: KeyParts): Keys {
  async function ofSession(accessKeyId: string, sessionToken: string, now: number): Promise<KnownKey> {
    const job = jobKeys.open(accessKeyId, sessionToken);
    if (job !== undefined) {
      if (job.claim.expires <= now) throw expiredToken();
      return { caller: jobCaller(job.claim, accessKeyId), secretAccessKey: job.secretAccessKey };
    }
    const session = sessionKeys.open(accessKeyId, sessionToken);
    if (session === undefined) throw unknownKey();
    if (session.claim.expires <= now) throw expiredToken();
    const caller = await roles.callerOf(session.claim, accessKeyId);
    if (caller === undefined) throw unknownKey();
    return { caller, secretAccessKey: session.secretAccessKey };
  }

  const ofRoot = { caller: rootCaller(account, root.accessKeyId), secretAccessKey: root.secretAccessKey };

  return {
    async find(accessKeyId, sessionToken, now) {
      if (sessionToken !== undefined) return ofSession(accessKeyId, sessionToken, now);
      if (accessKeyId === root.accessKeyId) return ofRoot;
      const user = await users.find(accessKeyId);
      if (user === undefined) throw unknownKey();
      return user;
    },
    areTemporary: (accessKeyId, sessionToken) =>
      jobKeys.open(accessKeyId, sessionToken) !== undefined ||
      sessionKeys.open(accessKeyId, sessionToken) !== undefined,
  };
}

export function rootCaller(account: string, accessKeyId: string): Caller {
  return { kind: "root", account, arn: `arn:aws:iam::${account}:root`, accessKeyId };
}

function jobCaller(grant: JobGrant, accessKeyId: string): Caller {
  const arn = `arn:aws:sts::${grant.account}:assumed-role/millrace-job/${grant.jobId}`;
  return { kind: "job", account: grant.account, arn, accessKeyId, grant };
}

export function expiredToken(): AccessError {
  return new AccessError("ExpiredToken", "The security token included in the request is expired");
}

function unknownKey(): AccessError {
  return new AccessError("UnrecognizedClient", "The security token included in the request is invalid.");
}
