import type { TypeKey } from "./queued-jobs.ts";

/** What is announced when a job of this type may be handed out: pollers of the type wait for it. */
export function jobTopic(account: string, { owner, category, provider, version }: TypeKey): string {
  return `job/${account}/${owner}/${category}/${provider}/${version}`;
}
