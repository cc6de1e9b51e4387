import type { ActionTypeId } from "../engine/index.ts";

/** What is announced when a job of this type may be handed out: pollers of the type wait for it. */
export function jobTopic(account: string, { owner, category, provider, version }: ActionTypeId): string {
  return `job/${account}/${owner}/${category}/${provider}/${version}`;
}
