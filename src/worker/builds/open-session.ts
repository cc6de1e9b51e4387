import type { Buildspec } from "../buildspec/index.ts";
import { type CommandSession, FreshSession, type JobSandbox, PersistentSession } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import { PhaseFailure } from "./phase-failure.ts";
import type { RecentOutput } from "./recent-output.ts";

export interface SessionOptions {
  readonly buildspec: Pick<Buildspec, "version" | "shell">;
  /** CODEBUILD_SRC_DIR. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: BuildLog;
  readonly output: RecentOutput;
}

/**
 * The shell of a build: one for all its commands, or, for version 0.1, a fresh one each (P3.13).
 *
 * @throws PhaseFailure CLIENT_ERROR for a variable that no process can be given
 */
export function openSession(sandbox: JobSandbox, options: SessionOptions): CommandSession {
  const { buildspec, folder, environment, log, output } = options;
  for (const [name, value] of Object.entries(environment)) {
    if (!value.includes("\0")) continue;
    throw new PhaseFailure(
      "CLIENT_ERROR",
      `variable ${name} holds a NUL character, which no environment can`,
    );
  }
  const shell = {
    program: buildspec.shell,
    folder,
    environment,
    onOutput(stream: "stdout" | "stderr", chunk: Buffer) {
      output.add(chunk);
      log.output(stream, chunk);
    },
    ready: () => log.ready(),
  };
  return buildspec.version === "0.1"
    ? new FreshSession(sandbox, shell)
    : new PersistentSession(sandbox, shell);
}
