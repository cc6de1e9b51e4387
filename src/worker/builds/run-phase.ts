import type { OnFailure, PhaseSpec } from "../buildspec/index.ts";
import type { CommandSession } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import { PhaseFailure } from "./phase-failure.ts";
import type { RecentOutput } from "./recent-output.ts";
import { type FailedCommand, runCommands } from "./run-commands.ts";

export interface PhaseRun {
  readonly session: CommandSession;
  readonly log: BuildLog;
  readonly output: RecentOutput;
  readonly signal: AbortSignal;
  /** Whether no command of the build has failed yet. */
  succeeding: boolean;
}

/**
 * Runs the commands of a phase and its `finally` block, again where `on-failure` says so (P3.17 to P3.20).
 *
 * @throws PhaseFailure COMMAND_EXECUTION_ERROR for the first command that failed
 * @throws the signal's reason when it is aborted
 */
export async function runPhase(phase: PhaseSpec, run: PhaseRun): Promise<void> {
  const { onFailure } = phase;
  if (phase.commands.length === 0 && phase.finally.length === 0) return;
  for (let retries = 0; ; retries += 1) {
    run.output.clear();
    const before = run.succeeding;
    const failed = await runOnce(phase, run);
    if (failed === undefined) return;
    const message = failureMessage(failed);
    if (!shouldRetry(onFailure, retries, message, run.output)) {
      throw new PhaseFailure("COMMAND_EXECUTION_ERROR", message);
    }
    run.log.line(`[Millrace] the phase runs again: retry ${retries + 1}`);
    // What is tried again hasn't failed yet.
    run.succeeding = before;
  }
}

async function runOnce(phase: PhaseSpec, run: PhaseRun): Promise<FailedCommand | undefined> {
  await tellWhetherSucceeding(run);
  const failed = await runCommands(phase.commands, run.session, run.log, run.signal);
  if (failed !== undefined) run.succeeding = false;
  if (phase.finally.length === 0) return failed;
  await tellWhetherSucceeding(run);
  const failedFinally = await runCommands(phase.finally, run.session, run.log, run.signal);
  if (failedFinally !== undefined) run.succeeding = false;
  return failed ?? failedFinally;
}

/** Renewed before each phase and each `finally` (P2.19). */
async function tellWhetherSucceeding({ session, succeeding }: PhaseRun): Promise<void> {
  await session.setVariable("CODEBUILD_BUILD_SUCCEEDING", succeeding ? "1" : "0");
}

/** P3.17. */
function failureMessage({ command, reason }: FailedCommand): string {
  return `Error while executing command: ${command}. Reason: ${reason}`;
}

function shouldRetry(onFailure: OnFailure, retries: number, message: string, output: RecentOutput): boolean {
  if (onFailure.kind !== "retry" || retries >= onFailure.count) return false;
  const { pattern } = onFailure;
  return pattern === undefined || pattern.occursIn(message) || pattern.occursIn(output.text());
}
