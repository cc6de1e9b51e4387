/** STS AssumeRole: who may take a role. */
import { contextOf } from "./context.ts";
import type { KnownRole, KnownRoles, SessionClaim } from "./known-roles.ts";
import { isAbout, type Policy, PolicyError, type Principal, readPolicy } from "./policy/index.ts";
import type { TemporaryKeys } from "./temporary-keys.ts";
import {
  type Access,
  AccessError,
  type Caller,
  type Circumstances,
  type Identity,
  type Need,
  PolicyRefusedError,
  type RoleRequest,
} from "./types.ts";
import { parseRoleArn, sessionArn } from "./user-names.ts";

export function createAssumeRole(
  roles: KnownRoles,
  keys: TemporaryKeys<SessionClaim>,
  now: () => number,
): Access["assumeRole"] {
  return async (caller, request, circumstances) => {
    const { roleArn, sessionName: session, policy, durationSeconds } = request;
    if (policy !== undefined) checkPolicy(policy);
    const need = needOf(request);
    const named = parseRoleArn(roleArn);
    const role = named && (await roles.find(named));
    // A role that isn't there is refused in the same words as one that is closed.
    if (role === undefined || !(await mayTake(role, caller, need, circumstances(), now())))
      throw denied(caller, roleArn);
    const issued = now();
    const credentials = keys.issue({
      account: role.account,
      role: role.name,
      roleId: role.id,
      session,
      ...(caller.kind === "role" && caller.jobId !== undefined && { jobId: caller.jobId }),
      ...(policy !== undefined && { policy }),
      issued,
      expires: issued + durationSeconds * 1000,
    });
    return {
      credentials,
      arn: sessionArn(role.account, role.name, session),
      userId: `${role.id}:${session}`,
    };
  };
}

/** What whoever takes the role must be allowed. */
export function needOf({
  roleArn,
  sessionName,
  externalId,
}: Pick<RoleRequest, "roleArn" | "sessionName" | "externalId">): Need {
  return {
    action: "sts:AssumeRole",
    resource: roleArn,
    ofAnyAccount: true,
    keys: {
      "sts:RoleSessionName": sessionName,
      ...(externalId !== undefined && { "sts:ExternalId": externalId }),
    },
  };
}

/**
 * The role must trust the caller. Trust in the caller by name is enough within an account; trust in an account leaves
 * it to the account's own policies, and across accounts both must agree. What a session's own policy takes away,
 * trust in its role doesn't give back; trust in the session itself does.
 */
export async function mayTake(
  role: KnownRole,
  caller: Caller,
  need: Need,
  circumstances: Circumstances,
  now: number,
): Promise<boolean> {
  if (caller.kind === "job") return false;
  const question = {
    action: need.action,
    resources: [need.resource],
    context: contextOf(identityOf(caller), need, circumstances, role.tags, now),
  };
  const about = role.trust.statements.flatMap((statement) => {
    const trusted = statement.principals.filter((principal) => isMeant(principal, caller));
    return trusted.length > 0 && isAbout(statement, question) ? [{ effect: statement.effect, trusted }] : [];
  });
  if (about.some(({ effect }) => effect === "Deny")) return false;
  if (about.length === 0) return false;
  if (caller.kind === "root") return true;
  const names = about.flatMap(({ trusted }) => trusted.flatMap((one) => (one.kind === "arn" ? one.arn : [])));
  const isOwn = caller.account === role.account && names.length > 0;
  const byName: Pick<Need, "deniesOnly" | "allowedToIdentity"> = !isOwn
    ? {}
    : names.includes(caller.arn)
      ? { deniesOnly: true }
      : { allowedToIdentity: true };
  return (await caller.rights.refusal({ ...need, ...byName }, circumstances)) === undefined;
}

function isMeant(principal: Principal, caller: Exclude<Caller, { kind: "job" }>): boolean {
  switch (principal.kind) {
    case "everybody":
      return true;
    case "account":
      return principal.account === caller.account;
    case "arn":
      return principal.arn === caller.arn || principal.arn === identityOf(caller).principalArn;
    case "service":
      return false;
  }
}

function identityOf(caller: Exclude<Caller, { kind: "job" }>): Identity {
  if (caller.kind !== "root") return caller.identity;
  const { account, arn } = caller;
  return { account, principalArn: arn, principalType: "Account", userId: account, tags: {} };
}

function checkPolicy(text: string): Policy {
  try {
    return readPolicy(text, "session");
  } catch (error) {
    throw error instanceof PolicyError ? new PolicyRefusedError(error.message) : error;
  }
}

/** In STS's words, which give no reason. */
function denied({ arn }: Caller, roleArn: string): AccessError {
  return new AccessError(
    "AccessDenied",
    `User: ${arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}
