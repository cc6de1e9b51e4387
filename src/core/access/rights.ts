/** What the policies of a user or a session say to a need (api.md §9). */
import { contextOf } from "./context.ts";
import { isOfAccount } from "./own-account.ts";
import { evaluate, type Policy } from "./policy/index.ts";
import type { Identity, Need, Rights } from "./types.ts";

interface Kind {
  readonly name: "identity-based" | "session";
  readonly policy: Policy;
}

/** @param session a policy of the session's own: what it doesn't allow, the role's can't either */
export function rightsOf(identity: Identity, policy: Policy, now: () => number, session?: Policy): Rights {
  const kinds: Kind[] = [{ name: "identity-based", policy }];
  if (session !== undefined) kinds.push({ name: "session", policy: session });
  const asksForTags = kinds.some((kind) => kind.policy.asksForResourceTags);

  return {
    async refusal(need, circumstances) {
      const { action, otherActions = [], resource, ofAnyAccount } = need;
      if (ofAnyAccount !== true && !isOfAccount(resource, identity.account))
        return notAllowed("identity-based", action);
      const tags = asksForTags ? await need.resourceTags?.() : undefined;
      const context = contextOf(identity, need, circumstances, tags ?? {}, now());
      const resources = [resource, ...(need.spellings?.() ?? [])];
      const question = { action, otherActions, resources, context };
      const decisions = kinds.map(({ name, policy: one }) => ({ name, decision: evaluate([one], question) }));
      const denied = decisions.find(({ decision }) => decision === "deny");
      if (denied !== undefined)
        return `with an explicit deny in ${article(denied.name)} ${denied.name} policy`;
      if (need.deniesOnly) return undefined;
      const silent = decisions.find(
        ({ name, decision }) => decision === "none" && !(need.allowedToIdentity && name === "identity-based"),
      );
      return silent && notAllowed(silent.name, action);
    },
  };
}

function notAllowed(kind: Kind["name"], action: Need["action"]): string {
  return `because no ${kind} policy allows the ${action} action`;
}

function article(kind: Kind["name"]): string {
  return kind === "session" ? "a" : "an";
}
