import { ControlGroup } from "./control-group.ts";
import { endTree } from "./end-tree.ts";

/**
 * Ends what a job's worker left running when it died itself (P10.1, P10.7).
 *
 * @throws ProviderError SystemUnavailable when processes outlive SIGKILL
 */
export async function endStrays(jobId: string): Promise<void> {
  const group = ControlGroup.find(jobId);
  await endTree({ jobId, groups: new Set(), first: { pid: 0, startedAt: 0 } }, group);
  group?.remove();
}
