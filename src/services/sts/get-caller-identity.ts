import type { Caller } from "../../core/access/types.ts";
import type { StsOperation } from "./operation.ts";
import { identityXml } from "./xml.ts";

/** Tells a caller who it is, which needs no permission (STS API Reference, GetCallerIdentity). */
export const getCallerIdentity: StsOperation = {
  name: "GetCallerIdentity",
  authorization: "every caller",
  async handle({ caller, requestId }) {
    const { arn, account } = caller;
    return identityXml({ arn, account, userId: userIdOf(caller) }, requestId);
  },
};

/** AWS names root by its account, a user by its id, and a session by its role's id and its own name. */
function userIdOf(caller: Caller): string {
  switch (caller.kind) {
    case "root":
      return caller.account;
    case "user":
    case "role":
      return caller.identity.userId;
    case "job":
      return `${caller.accessKeyId}:${caller.grant.jobId}`;
  }
}
