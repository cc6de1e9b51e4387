/** What a caller may do (api.md §9). */
import { AccessError, type Caller } from "./types.ts";

/**
 * Root may do everything in its own account. A job's keys open its artifacts, its source and its log, which the
 * services that hold those check against the grant; no operation is open to them.
 *
 * @param action `codepipeline:GetPipeline`
 * @param resources ARNs, or `*`
 * @throws AccessError in the words of api.md §9.3
 */
export function authorize(caller: Caller, action: string, resources: readonly string[]): void {
  const denied = resources.find((resource) => !mayUse(caller, resource));
  if (denied === undefined && resources.length > 0) return;
  throw new AccessError(
    "AccessDenied",
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${denied ?? "*"} because no identity-based policy allows the ${action} action`,
  );
}

function mayUse(caller: Caller, resource: string): boolean {
  switch (caller.kind) {
    case "root":
      return isOfAccount(resource, caller.account);
    case "user":
    case "job":
      return false;
  }
}

/** Action types of AWS and tag calls of some clients name no account (api.md §2.1). */
function isOfAccount(resource: string, account: string): boolean {
  if (resource === "*") return true;
  const owner = resource.split(":")[4];
  return owner === account || owner === "";
}
