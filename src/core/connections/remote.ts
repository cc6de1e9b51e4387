import { createHash } from "node:crypto";
import { parseAllowed, type Way } from "../../network/index.ts";
import { basicAuthentication, pinned, type Remote } from "../../remotes/index.ts";
import type { RepositoryAccess } from "./types.ts";

/** A connection's repository as git reaches it. @throws DestinationError, UnknownHostError */
export async function remoteOf(
  account: string,
  { cloneUrl, username, password, secret, allowOutgoing }: RepositoryAccess,
  way: Way,
): Promise<Remote> {
  const allowed = allowOutgoing.flatMap((entry) => parseAllowed(entry) ?? []);
  return {
    url: cloneUrl,
    // A commit that one token brought is not there for another.
    owner: `${account}\n${createHash("sha256").update(secret).digest("hex")}`,
    config: {
      ...(await pinned(cloneUrl, { allowed, way })),
      ...basicAuthentication(cloneUrl, { username, password }),
    },
  };
}
