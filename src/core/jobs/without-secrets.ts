import type { JobWork } from "../engine/index.ts";
import { masked } from "../mask.ts";
import { openSecret } from "../sealed-secret.ts";
import { type HeldJob, workOfJob } from "../store/jobs.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { Room } from "./room.ts";

/** A text of a job worker's, without the secrets that its job gave it (attack A13). Built-in workers mask their own (P10.3). */
export function withoutSecrets<T extends string | undefined>(
  room: Pick<Room, "access">,
  tx: Tx,
  { id, owner }: Pick<HeldJob, "id" | "owner">,
  text: T,
): Soon<T | string> {
  return text === undefined || owner === "AWS" ? text : withoutThose(room, tx, id, text);
}

async function withoutThose(
  { access }: Pick<Room, "access">,
  tx: Tx,
  id: string,
  text: string,
): Promise<string> {
  const { resolvedConfiguration = {} } = JSON.parse((await workOfJob(tx, id)) ?? "{}") as Partial<JobWork>;
  const secrets = Object.values(resolvedConfiguration).flatMap((value) => openSecret(access, value) ?? []);
  return masked(text, secrets);
}
