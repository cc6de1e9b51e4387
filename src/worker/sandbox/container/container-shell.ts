import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { ProviderError } from "../../provider.ts";
import { quote } from "../driver.ts";
import type { JobFolders } from "../job-folders.ts";
import type { NewShell } from "../job-sandbox.ts";
import { OF_SHELLS } from "../launcher.ts";
import { lowerPriority } from "../priority.ts";
import { type CommandEnd, Shell, shellArguments } from "../shell.ts";
import { inside, PIPES, ROOT } from "./container-options.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import { PIPES_VARIABLE, REDIRECTION, ShellPipes } from "./shell-pipes.ts";

export interface ContainerShell {
  readonly engine: Engine;
  readonly container: string;
  readonly user: string;
  readonly folders: JobFolders;
  /** Where it is to leave its state, as the worker knows it. */
  readonly stateFile: string;
  readonly variables: Readonly<Record<string, string>>;
}

const MOST_SAID = 4_096;
const SAID_WITHIN_MS = 1_000;

/**
 * Starts a shell in a container that runs. What it is told goes through its pipes, variables too: so no list of
 * processes shows them, nor a file.
 *
 * @throws ProviderError JobFailed when the container has no such shell, or has ended
 */
export async function startContainerShell(
  { engine, container, user, folders, stateFile, variables }: ContainerShell,
  { program, folder, onOutput, ready }: NewShell,
): Promise<Shell> {
  // By what it leaves a shell that ended itself is told from one that was killed.
  rmSync(stateFile, { recursive: true, force: true });
  const pipes = await ShellPipes.make(join(folders.workDir, PIPES));
  const argv = shellArguments(program, inside(folders, stateFile));
  const script = `${REDIRECTION}\nexec ${argv.map(quote).join(" ")}`;
  const named = `${PIPES_VARIABLE}=${join(ROOT, PIPES, pipes.name)}`;
  const refuse = ({ message }: EngineError) =>
    new ProviderError("JobFailed", `The build's shell ${program} could not be started: ${message}`);
  const { child, pid } = await engine
    .start(["exec", "--user", user, "--env", named, container, "/bin/sh", "-c", script])
    .catch((error: EngineError) => {
      pipes.destroy();
      throw refuse(error);
    });
  const said = collect(child);
  lowerPriority(pid);
  const { commands, answers, stdout, stderr } = pipes;
  const channels = { pid, startedAt: Date.now(), commands, answers, stdout, stderr };
  const shell = new Shell({ ...channels, exited: endOf(child, stateFile) }, { onOutput, ready });
  try {
    await shell.ask(`${exports(variables)}cd -- ${quote(inside(folders, folder))} || exit\nunset OLDPWD`);
    return shell;
  } catch {
    await shell.release();
    throw refuse(new EngineError(child.exitCode ?? undefined, await said()));
  } finally {
    pipes.detach();
  }
}

/** Names that no shell takes reach no command that a shell starts. */
function exports(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .filter(([name]) => /^[A-Za-z_]\w*$/.test(name) && !OF_SHELLS.test(name))
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join("");
}

/** An engine tells the status of what ended by a signal as shells do: 128 and the signal's number. */
function endOf(child: ChildProcess, stateFile: string): Promise<CommandEnd> {
  return new Promise((resolve) => {
    child.once("exit", (status, signal) => {
      const found = signal ?? (existsSync(stateFile) ? undefined : signalOf(status ?? 0));
      resolve(
        found === undefined ? { kind: "exited", status: status ?? 0 } : { kind: "killed", signal: found },
      );
    });
  });
}

function signalOf(status: number): NodeJS.Signals | undefined {
  const names = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  return names.find(([, number]) => status === 128 + number)?.[0];
}

/** The last of what a process that has ended said of itself. */
function collect({ stderr }: ChildProcess): () => Promise<string> {
  let text = "";
  stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-MOST_SAID);
  });
  return async () => {
    // What was said last may come after the end, unless something that the engine left behind keeps it open.
    const late = AbortSignal.timeout(SAID_WITHIN_MS);
    if (stderr?.closed === false) await once(stderr, "close", { signal: late }).catch(() => undefined);
    return text;
  };
}
