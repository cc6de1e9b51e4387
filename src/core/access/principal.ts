import type { Caller } from "./types.ts";

/** Who a caller is whatever keys it signs with: all sessions of a role are one. */
export function principalArn(caller: Caller): string {
  switch (caller.kind) {
    case "root":
    case "job":
      return caller.arn;
    case "user":
    case "role":
      return caller.identity.principalArn;
  }
}
