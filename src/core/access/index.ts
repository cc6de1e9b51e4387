/** Who calls and what they may do (design decisions 7 to 9). */
import type { Ambient } from "../scope.ts";
import type { Reader } from "../store/store.ts";
import { createAssumeRole } from "./assume-role.ts";
import { authorize } from "./authorize.ts";
import { sameSecret } from "./compare.ts";
import type { RootCredentials } from "./installation.ts";
import { createKeys, expiredToken, rootCaller } from "./keys.ts";
import { createKnownRoles, noRoles, type SessionClaim } from "./known-roles.ts";
import { createKnownUsers, nobody } from "./known-users.ts";
import { createRoleForJob } from "./role-for-job.ts";
import { createSealedTexts } from "./seal.ts";
import { createSigningKeys } from "./signing-key.ts";
import { createTemporaryKeys } from "./temporary-keys.ts";
import { type Access, AccessError, type Caller, type ChunkVerifier, type JobGrant } from "./types.ts";
import { checkSignature, payloadOf, readClaim } from "./verify.ts";

export { installationSecret, type RootCredentials, rootCredentials } from "./installation.ts";
export { PolicyError } from "./policy/index.ts";
export { principalArn } from "./principal.ts";
export { createSealedTexts } from "./seal.ts";
export {
  createRoles,
  createUsers,
  type Roles,
  UserError,
  type UserKey,
  type UserSummary,
  type Users,
} from "./users.ts";

export interface AccessOptions {
  readonly ambient: Ambient;
  /** Where users and roles are found; without it there are none. */
  readonly db?: Reader;
  /** The account that the root key stands for. */
  readonly account: string;
  readonly root: RootCredentials;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  /**
   * Takes any access key and secret for root's, without looking at signatures (design decision 7). Temporary keys of
   * jobs and sessions stay what they are.
   */
  readonly allowAnyCredentials: boolean;
  /** Whether a job goes on: its keys end with it, however long they were made for (attack A15). */
  jobIsOpen(jobId: string): Promise<boolean>;
}

export function createAccess(options: AccessOptions): Access {
  const { ambient, db, account, root, secret, allowAnyCredentials, jobIsOpen } = options;
  const { now, randomBytes } = ambient;
  const jobKeys = createTemporaryKeys<JobGrant>(secret, "job", randomBytes);
  const sessionKeys = createTemporaryKeys<SessionClaim>(secret, "role", randomBytes);
  const sealer = createSealedTexts(secret, randomBytes);
  const users = db === undefined ? nobody : createKnownUsers(db, sealer, now);
  const roles = db === undefined ? noRoles : createKnownRoles(db, now);
  const keys = createKeys({ account, root, users, roles, jobKeys, sessionKeys });
  const signingKeys = createSigningKeys();

  /** Whether a key passes unseen: with any credentials allowed, all but the keys of jobs and sessions. */
  function isWavedThrough(accessKeyId: string, sessionToken: string | undefined): boolean {
    if (!allowAnyCredentials) return false;
    return sessionToken === undefined || !keys.areTemporary(accessKeyId, sessionToken);
  }

  /** @throws AccessError for keys that ended with their job */
  async function requireOpen(caller: Caller): Promise<void> {
    const jobId = jobOf(caller);
    if (jobId !== undefined && !(await jobIsOpen(jobId))) throw expiredToken();
  }

  return {
    authorize,
    assumeRole: createAssumeRole(roles, sessionKeys, now),
    roleForJob: createRoleForJob(roles, sessionKeys, now),
    issueJobCredentials: jobKeys.issue,
    seal: sealer.seal,
    unseal: sealer.unseal,

    async verify(request, { service, skewMs, presigned }) {
      const claim = readClaim(request, service, presigned);
      const payload = payloadOf(request, claim);
      const { region, service: name } = claim.scope;
      if (isWavedThrough(claim.accessKeyId, claim.sessionToken)) {
        const caller = rootCaller(account, claim.accessKeyId);
        return { caller, scope: { account, region }, service: name, payload, chunks: ANY_CHUNKS };
      }
      const time = now();
      const { caller, secretAccessKey } = await keys.find(claim.accessKeyId, claim.sessionToken, time);
      const chunks = checkSignature(request, claim, secretAccessKey, { signingKeys, now: time, skewMs });
      await requireOpen(caller);
      const scope = { account: caller.account, region };
      return { caller, scope, service: name, payload, ...(chunks && { chunks }) };
    },

    async verifySecret(accessKeyId, secretAccessKey, sessionToken) {
      if (isWavedThrough(accessKeyId, sessionToken)) return rootCaller(account, accessKeyId);
      try {
        const key = await keys.find(accessKeyId, sessionToken, now());
        if (!sameSecret(secretAccessKey, key.secretAccessKey)) return undefined;
        await requireOpen(key.caller);
        return key.caller;
      } catch (error) {
        if (error instanceof AccessError) return undefined;
        throw error;
      }
    },
  };
}

/** The job that a caller's keys end with. */
function jobOf(caller: Caller): string | undefined {
  switch (caller.kind) {
    case "root":
    case "user":
      return undefined;
    case "role":
      return caller.jobId;
    case "job":
      return caller.grant.jobId;
  }
}

const ANY_CHUNKS: ChunkVerifier = { verifyChunk: () => true, verifyTrailer: () => true };
