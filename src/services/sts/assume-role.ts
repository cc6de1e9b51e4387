import { type Caller, PolicyRefusedError, type RoleRequest } from "../../core/access/types.ts";
import { QueryError, type StsOperation } from "./operation.ts";
import { assumedRoleXml } from "./xml.ts";

const HOUR = 3_600;
const SHORTEST = 900;
const LONGEST = 12 * HOUR;

/** What would change what a session may do, and isn't known here: better refused than left out. */
const UNKNOWN =
  /^(PolicyArns|Tags|TransitiveTagKeys|ProvidedContexts)\.|^(SerialNumber|TokenCode|SourceIdentity)$/;

/**
 * Temporary keys of a role (STS API Reference, AssumeRole). Its trust policy, and for those that it trusts by their
 * account their own policies, say who gets them.
 *
 * @throws QueryError ValidationError, MalformedPolicyDocument; AccessError AccessDenied
 */
export const assumeRole: StsOperation = {
  name: "AssumeRole",
  authorization: "asked by its handler",
  async handle({ core, caller, circumstances, form, requestId }) {
    const request = requestOf(form, caller);
    try {
      const session = await core.access.assumeRole(caller, request, circumstances);
      return assumedRoleXml(session, requestId);
    } catch (error) {
      if (error instanceof PolicyRefusedError)
        throw new QueryError(400, "MalformedPolicyDocument", error.message);
      throw error;
    }
  },
};

function requestOf(form: URLSearchParams, caller: Caller): RoleRequest {
  const unknown = [...form.keys()].find((name) => UNKNOWN.test(name));
  if (unknown !== undefined)
    throw invalid(`The parameter ${unknown} is not supported by Millrace. Leave it out.`);
  const policy = form.get("Policy");
  const externalId = form.get("ExternalId");
  return {
    roleArn: text(form, "RoleArn", "roleArn", 20, 2_048, /^[ -~]+$/),
    sessionName: text(form, "RoleSessionName", "roleSessionName", 2, 64, /^[\w+=,.@-]*$/),
    durationSeconds: durationOf(form.get("DurationSeconds"), caller),
    ...(policy !== null && { policy }),
    ...(externalId !== null && { externalId }),
  };
}

function text(
  form: URLSearchParams,
  name: string,
  at: string,
  least: number,
  most: number,
  pattern: RegExp,
): string {
  const value = form.get(name);
  if (value === null) throw unmet("null", at, "Member must not be null");
  if (value.length < least)
    throw unmet(value, at, `Member must have length greater than or equal to ${least}`);
  if (value.length > most) throw unmet(value, at, `Member must have length less than or equal to ${most}`);
  if (!pattern.test(value))
    throw unmet(value, at, `Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
  return value;
}

/** Seconds; a session that takes a role has an hour at most. */
function durationOf(given: string | null, caller: Caller): number {
  if (given === null) return HOUR;
  const seconds = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
  if (!(seconds >= SHORTEST))
    throw unmet(given, "durationSeconds", `Member must have value greater than or equal to ${SHORTEST}`);
  if (seconds > LONGEST)
    throw unmet(given, "durationSeconds", `Member must have value less than or equal to ${LONGEST}`);
  if (caller.kind === "role" && seconds > HOUR)
    throw invalid(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  return seconds;
}

function unmet(value: string, at: string, constraint: string): QueryError {
  return invalid(
    `1 validation error detected: Value '${value.slice(0, 200)}' at '${at}' failed to satisfy constraint: ${constraint}`,
  );
}

function invalid(message: string): QueryError {
  return new QueryError(400, "ValidationError", message);
}
