import type { JobWork } from "../engine/index.ts";
import { masked } from "../mask.ts";
import { openSecret } from "../sealed-secret.ts";
import { type HeldJob, workOfJob } from "../store/jobs.ts";
import type { Tx } from "../store/store.ts";
import type { Room } from "./room.ts";

/** A text of a job worker's, without the secrets that its job gave it (attack A13). Built-in workers mask their own (P10.3). */
export async function withoutSecrets<T extends string | undefined>(
  { access }: Pick<Room, "access">,
  tx: Tx,
  { id, owner }: Pick<HeldJob, "id" | "owner">,
  text: T,
): Promise<T | string> {
  if (text === undefined || owner === "AWS") return text;
  const { resolvedConfiguration = {} } = JSON.parse((await workOfJob(tx, id)) ?? "{}") as Partial<JobWork>;
  const secrets = Object.values(resolvedConfiguration).flatMap((value) => openSecret(access, value) ?? []);
  return masked(text, secrets);
}
