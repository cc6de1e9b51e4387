import type { CommandSession, SessionEnd } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import { memoryText } from "./compute.ts";

/** The command that failed, as it was written, and why: `exit status 3`, `signal: killed`. */
export interface FailedCommand {
  readonly command: string;
  readonly reason: string;
}

/**
 * Runs commands until one fails (P3.17).
 *
 * @throws the signal's reason when it is aborted
 */
export async function runCommands(
  commands: readonly string[],
  session: CommandSession,
  log: BuildLog,
  signal: AbortSignal,
): Promise<FailedCommand | undefined> {
  for (const command of commands) {
    log.line(`Running command ${command}`);
    const end = await session.run(command, signal);
    const reason = failureReason(end);
    if (reason === undefined) continue;
    log.line(`Command did not exit successfully ${command} ${reason}`);
    return { command, reason };
  }
  return undefined;
}

function failureReason(end: SessionEnd): string | undefined {
  const status = statusOf(end);
  const { outOfMemory } = end;
  if (status === undefined || outOfMemory === undefined) return status;
  return `${status} (out of memory: the job's processes had ${memoryText(outOfMemory)} together)`;
}

function statusOf(end: SessionEnd): string | undefined {
  switch (end.kind) {
    case "returned":
    case "exited":
      return end.status === 0 ? undefined : `exit status ${end.status}`;
    case "killed":
      return `signal: ${SIGNAL_NAMES[end.signal] ?? end.signal}`;
  }
}

/** As CodeBuild's agent, a Go program, calls them (P3.16). */
const SIGNAL_NAMES: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGQUIT: "quit",
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGPIPE: "broken pipe",
  SIGALRM: "alarm clock",
  SIGTERM: "terminated",
  SIGXFSZ: "file size limit exceeded",
};
