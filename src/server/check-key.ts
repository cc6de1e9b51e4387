import type { Access } from "../core/access/types.ts";
import { keepInstallationText } from "../core/store/installation.ts";
import type { Store } from "../core/store/store.ts";

const CONTEXT = "installation";

/**
 * Makes sure that the key is the one that the database's secrets are sealed with; an empty database takes any.
 *
 * @throws Error for another key: what is there couldn't be read, and what would be added the other servers couldn't
 */
export async function checkKey(store: Store, access: Pick<Access, "seal" | "unseal">): Promise<void> {
  const kept = await store.transaction((tx) => keepInstallationText(tx, access.seal(CONTEXT, CONTEXT)));
  if (access.unseal(kept, CONTEXT) === CONTEXT) return;
  throw new Error(
    "this database was set up with another key: give every server that works on it the same MILLRACE_SECRET_KEY, or secret.key in its data directory",
  );
}
