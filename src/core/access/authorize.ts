/** What a caller may do (api.md §9). */
import { AccessError, type Caller, type Need } from "./types.ts";

/**
 * Root may do everything in its own account. A job's keys open its artifacts, its source and its log, which the
 * services that hold those check against the grant; no operation is open to them.
 *
 * @throws AccessError in the words of api.md §9.3
 */
export async function authorize(caller: Caller, action: string, needs: readonly Need[]): Promise<void> {
  if (needs.length === 0) throw denied(caller, { action, resource: "*" });
  const lacking = needs.find((need) => !mayDo(caller, need));
  if (lacking !== undefined) throw denied(caller, lacking);
}

function mayDo(caller: Caller, { resource, ofAnyAccount }: Need): boolean {
  switch (caller.kind) {
    case "root":
      return ofAnyAccount === true || isOfAccount(resource, caller.account);
    case "user":
    case "job":
      return false;
  }
}

function denied({ arn }: Caller, { action, resource }: Pick<Need, "action" | "resource">): AccessError {
  return new AccessError(
    "AccessDenied",
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}

/** Action types of AWS and tag calls of some clients name no account (api.md §2.1). */
function isOfAccount(resource: string, account: string): boolean {
  if (resource === "*") return true;
  const owner = resource.split(":")[4];
  return owner === account || owner === "";
}
