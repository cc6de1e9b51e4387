/** Roles that services of AWS's take for the work of jobs (P10.5): by the role's trust policy alone. */
import { contextOf } from "./context.ts";
import type { KnownRole, KnownRoles, SessionClaim } from "./known-roles.ts";
import { isAbout, type Principal } from "./policy/index.ts";
import type { TemporaryKeys } from "./temporary-keys.ts";
import type { Access, JobRoleRequest, Need } from "./types.ts";
import { parseRoleArn } from "./user-names.ts";

export function createRoleForJob(
  roles: KnownRoles,
  keys: TemporaryKeys<SessionClaim>,
  now: () => number,
): Access["roleForJob"] {
  return async (request) => {
    const { roleArn, service, source, sessionName: session, jobId, expires } = request;
    const named = parseRoleArn(roleArn);
    // Whoever names a role of another account was asked for iam:PassRole in its own only (attack A23).
    if (named !== undefined && named.account !== source.account)
      return { refused: `${roleArn} is a role of another account than the job's, ${source.account}` };
    const role = named && (await roles.find(named.account, named.name));
    if (role === undefined)
      return { refused: `there is no role ${roleArn} on this server; millrace role create makes one` };
    if (!trusts(role, request, now()))
      return { refused: `the trust policy of ${roleArn} doesn't let ${service} take it` };
    const { account, name, id: roleId } = role;
    const claim: SessionClaim = { account, role: name, roleId, session, jobId, issued: now(), expires };
    const credentials = keys.issue(claim);
    const caller = await roles.callerOf(claim, credentials.accessKeyId);
    // Removed since it was found.
    if (caller?.kind !== "role") return { refused: `there is no role ${roleArn} on this server any more` };
    return { credentials, caller };
  };
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
