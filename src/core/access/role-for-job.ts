/** Roles that services of AWS's take for the work of jobs (P10.5): by trust policies, not by anybody's request. */
import { mayTake, needOf } from "./assume-role.ts";
import { contextOf } from "./context.ts";
import type { KnownRole, KnownRoles, SessionClaim } from "./known-roles.ts";
import { isAbout, type Principal } from "./policy/index.ts";
import type { TemporaryKeys } from "./temporary-keys.ts";
import type { Access, JobRoleRequest, JobRoleSession, Need } from "./types.ts";
import { parseRoleArn } from "./user-names.ts";

export function createRoleForJob(
  roles: KnownRoles,
  keys: TemporaryKeys<SessionClaim>,
  now: () => number,
): Access["roleForJob"] {
  return async (request) => {
    const role = await findOf(request.roleArn, request);
    if ("refused" in role) return role;
    if (trusts(role, request, now())) return sessionOf(role, request);
    const refused = `the trust policy of ${request.roleArn} doesn't let ${request.service} take it`;
    if (request.through === undefined) return { refused };
    const why = await refusalThrough(request.through, role, request);
    return why === undefined ? sessionOf(role, request) : { refused: `${refused}, and ${why}` };
  };

  /** As AWS has it, where the pipeline's role takes the action's: both must agree. @returns why it may not */
  async function refusalThrough(
    roleArn: string,
    wanted: KnownRole,
    request: JobRoleRequest,
  ): Promise<string | undefined> {
    const first = { ...request, roleArn };
    const role = await findOf(roleArn, first);
    if ("refused" in role) return role.refused;
    if (!trusts(role, first, now())) return `that of ${roleArn} doesn't either`;
    const session = await sessionOf(role, first);
    if ("refused" in session) return session.refused;
    if (await mayTake(wanted, session.caller, needOf(request), request.circumstances, now()))
      return undefined;
    return `${roleArn} may not take it: it must be trusted, and its own policy allow it sts:AssumeRole`;
  }

  async function findOf(
    roleArn: string,
    { source }: JobRoleRequest,
  ): Promise<KnownRole | { readonly refused: string }> {
    const named = parseRoleArn(roleArn);
    // Whoever names a role of another account was asked for iam:PassRole in its own only (attack A23).
    if (named !== undefined && named.account !== source.account)
      return { refused: `${roleArn} is a role of another account than the job's, ${source.account}` };
    const role = named && (await roles.find(named));
    return role ?? { refused: `there is no role ${roleArn} on this server; millrace role create makes one` };
  }

  async function sessionOf(
    { account, name, id: roleId }: KnownRole,
    { roleArn, sessionName: session, jobId, expires }: JobRoleRequest,
  ): Promise<JobRoleSession | { readonly refused: string }> {
    const claim: SessionClaim = { account, role: name, roleId, session, jobId, issued: now(), expires };
    const credentials = keys.issue(claim);
    const caller = await roles.callerOf(claim, credentials.accessKeyId);
    // Removed since it was found.
    if (caller?.kind !== "role") return { refused: `there is no role ${roleArn} on this server any more` };
    return { credentials, caller };
  }
}

/** Trust in everybody is meant for callers who have policies of their own: a service must be named. */
function trusts({ trust, tags }: KnownRole, request: JobRoleRequest, now: number): boolean {
  const { roleArn, service, source, sessionName, circumstances } = request;
  const need: Need = {
    action: "sts:AssumeRole",
    resource: roleArn,
    keys: {
      "sts:RoleSessionName": sessionName,
      "aws:SourceAccount": source.account,
      "aws:SourceArn": source.arn,
      "aws:PrincipalServiceName": service,
    },
  };
  const context = contextOf(undefined, need, circumstances, tags, now);
  const question = { action: need.action, resources: [need.resource], context };
  const isNamed = (principal: Principal) => principal.kind === "service" && principal.service === service;
  const isMeant = (principal: Principal) => principal.kind === "everybody" || isNamed(principal);
  const about = trust.statements.filter((statement) => isAbout(statement, question));
  if (about.some(({ effect, principals }) => effect === "Deny" && principals.some(isMeant))) return false;
  return about.some(({ effect, principals }) => effect === "Allow" && principals.some(isNamed));
}
