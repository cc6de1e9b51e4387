/** Jobs in workers' hands, for tests of what is kept of them beside their pipelines. */
import type { Scope } from "../../src/core/scope.ts";
import { insertJobs } from "../../src/core/store/jobs.ts";
import type { Store } from "../../src/core/store/store.ts";

export async function jobsInHand(store: Store, scope: Scope, ids: readonly string[]): Promise<void> {
  const rows = ids.map((id) => ({
    id,
    pipeline_id: "p",
    pipeline_name: "p",
    pipeline_version: 1,
    execution_id: "e",
    action_execution_id: `action-${id}`,
    stage: "S",
    action: "b",
    ...scope,
    owner: "AWS",
    category: "Build",
    provider: "CodeBuild",
    version: "1",
    query_value: null,
    status: "InProgress",
    created: 0,
    nonce: null,
    lease_until: null,
    handed_out: 1,
    losses: 0,
    continuation_token: null,
    work: "{}",
    result: null,
    ended: null,
  }));
  await store.transaction((tx) => insertJobs(tx, rows));
}
