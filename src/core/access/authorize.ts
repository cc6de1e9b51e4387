/** What a caller may do (api.md §9). */
import { isOfAccount } from "./own-account.ts";
import { AccessError, type Caller, type Circumstances, type Need } from "./types.ts";

/**
 * Root may do everything in its own account, users and sessions what their policies allow. A job's keys open its
 * artifacts, its source and its log, which the services that hold those check against the grant; no operation is open
 * to them.
 *
 * @throws AccessError in the words of api.md §9.3
 */
export async function authorize(
  caller: Caller,
  action: string,
  needs: readonly Need[],
  circumstances: () => Circumstances,
): Promise<void> {
  if (needs.length === 0) throw denied(caller, { action, resource: "*" });
  if (caller.kind === "root") {
    const foreign = needs.find(
      (need) => need.ofAnyAccount !== true && !isOfAccount(need.resource, caller.account),
    );
    if (foreign !== undefined) throw denied(caller, foreign);
    return;
  }
  for (const need of needs) {
    const why = caller.kind === "job" ? undefined : await caller.rights.refusal(need, circumstances());
    if (caller.kind === "job" || why !== undefined) throw denied(caller, need, why);
  }
}

function denied(
  { arn }: Caller,
  { action, resource }: Pick<Need, "action" | "resource">,
  why = `because no identity-based policy allows the ${action} action`,
): AccessError {
  return new AccessError(
    "AccessDenied",
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  );
}
