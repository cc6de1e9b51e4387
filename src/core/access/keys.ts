/** Whose an access key is, and the secret that its signatures are made with. */
import { sameSecret } from "./compare.ts";
import type { RootCredentials } from "./installation.ts";
import type { JobKeys } from "./job-credentials.ts";
import { AccessError, type Caller, type JobGrant } from "./types.ts";

export interface KnownKey {
  readonly caller: Caller;
  readonly secretAccessKey: string;
}

export interface Keys {
  /** @throws AccessError when the key isn't known, doesn't belong to the token, or has expired */
  find(accessKeyId: string, sessionToken: string | undefined, now: number): KnownKey;
}

export function createKeys(account: string, root: RootCredentials, jobKeys: JobKeys): Keys {
  return {
    find(accessKeyId, sessionToken, now) {
      if (sessionToken !== undefined) return ofJob(jobKeys, accessKeyId, sessionToken, now);
      if (!sameSecret(accessKeyId, root.accessKeyId)) throw unknownKey();
      return { caller: rootCaller(account, accessKeyId), secretAccessKey: root.secretAccessKey };
    },
  };
}

export function rootCaller(account: string, accessKeyId: string): Caller {
  return { kind: "root", account, arn: `arn:aws:iam::${account}:root`, accessKeyId };
}

function ofJob(jobKeys: JobKeys, accessKeyId: string, sessionToken: string, now: number): KnownKey {
  const opened = jobKeys.open(accessKeyId, sessionToken);
  if (opened === undefined) throw unknownKey();
  if (opened.grant.expires <= now) throw expiredToken();
  return { caller: jobCaller(opened.grant, accessKeyId), secretAccessKey: opened.secretAccessKey };
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
