/** Inputs that are on their way from another region (E3.7). */
import type { ActionState, RuleState } from "../engine/index.ts";
import type { Facts } from "./facts.ts";
import type { Reason } from "./types.ts";
import { capital, iso, since } from "./words.ts";

/** One for each copy that is outstanding: the job isn't handed out before. */
export function copyReasons(
  { now }: Facts,
  { copies = [], startedAt }: Pick<ActionState | RuleState, "copies" | "startedAt">,
  whose: string,
  place: Pick<Reason, "stage" | "action" | "rule">,
): Reason[] {
  return copies
    .filter(({ done }) => !done)
    .map(({ artifact, to }) => ({
      ...place,
      code: "copying",
      since: iso(startedAt),
      text: `${capital(whose)} waits ${since(startedAt, now)} until artifact '${artifact}' is copied to region ${to.region}.`,
    }));
}
