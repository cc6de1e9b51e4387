import type { Command } from "../engine/index.ts";
import { insertCommand } from "../store/commands.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { RecordedCommand, Recording } from "./recorded-command.ts";
import type { LoadedWorld } from "./world.ts";

/**
 * Keeps a command in the log, with all that the engine was given beside the state.
 *
 * @param changed texts of the executions' states that it changed
 * @returns its position
 */
export function writeCommand(
  tx: Tx,
  pipelineId: string,
  command: Command,
  { liveCount, latestCommand }: LoadedWorld,
  { env, ids, keys, missing }: Recording,
  changed: readonly string[],
): Soon<number> {
  const record: RecordedCommand = {
    command,
    now: env.now,
    ids,
    keys,
    ...(liveCount > 0 && { live: liveCount }),
    limit: env.limits.concurrentExecutions,
    ...(missing.length > 0 && { missing }),
    size: changed.reduce((size, state) => size + state.length, 0),
  };
  return insertCommand(tx, {
    pipeline_id: pipelineId,
    previous: latestCommand,
    record: JSON.stringify(record),
  });
}
