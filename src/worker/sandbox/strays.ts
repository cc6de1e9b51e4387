import { ControlGroup } from "./control-group/control-group.ts";
import { endTree } from "./end-tree.ts";

/**
 * Ends what a job's worker left running when it died itself (P10.1, P10.7).
 *
 * @param workDir the job's own folder
 * @throws ProviderError SystemUnavailable when processes outlive SIGKILL
 */
export async function endStrays(jobId: string, workDir: string): Promise<void> {
  const group = ControlGroup.find(workDir);
  await endTree({ jobId, groups: new Set(), first: { pid: 0, startedAt: 0 } }, group);
  await group?.remove();
}
