/** Runs git: argument lists, no shell, a time limit, bounded output (S6.8). */
import { type SpawnOptionsWithStdioTuple, type StdioPipe, spawn } from "node:child_process";
import { gitEnvironment, gitSettings } from "./git-settings.ts";
import type { GitProcess, ServeGit } from "./types.ts";

const TIME_LIMIT_MS = 60_000;
const GRACE_MS = 5_000;
const OUTPUT_LIMIT = 64 * 1024 ** 2;

/** git said no, or could not be run. */
export class GitError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "GitError";
  }
}

/** @param home an empty folder, git's HOME */
export function createGit(home: string) {
  function start(path: string, args: readonly string[], anyObject: boolean, protocol?: string): GitProcess {
    const options: SpawnOptionsWithStdioTuple<StdioPipe, StdioPipe, StdioPipe> = {
      env: gitEnvironment(home, protocol),
      cwd: home,
      stdio: ["pipe", "pipe", "pipe"],
      // A group of its own, so that git's helpers end with it.
      detached: true,
    };
    const child = spawn("git", [...gitSettings(path, anyObject), ...args], options);
    // git may end without reading all its input; its exit code tells what happened.
    child.stdin.on("error", () => undefined);
    return child;
  }

  return {
    /**
     * Runs a command on a repository to its end.
     *
     * @param args `--` stands before what callers name
     * @returns what it printed
     * @throws GitError when it fails, takes longer than a minute or prints more than 64 MiB
     */
    run(path: string, args: readonly string[], input = ""): Promise<string> {
      return collect(start(path, [`--git-dir=${path}`, ...args], false), args[0] ?? "", input);
    },

    /** Starts git's side of smart HTTP on a repository. */
    serve(path: string, { service, advertise, protocol, anyObject }: ServeGit): GitProcess {
      const mode = advertise ? ["--stateless-rpc", "--http-backend-info-refs"] : ["--stateless-rpc"];
      return start(path, [service, ...mode, "--", path], anyObject, protocol);
    },
  };
}

export type Git = ReturnType<typeof createGit>;

/**
 * Ends a git process with its helpers: asked first, so that it removes its lock files; made to after five seconds. One
 * that has ended already is left alone.
 */
export function killGit(child: GitProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const force = setTimeout(() => signal(child, "SIGKILL"), GRACE_MS);
  child.once("close", () => clearTimeout(force));
  signal(child, "SIGTERM");
}

function signal(child: GitProcess, name: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

function collect(child: GitProcess, command: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    const complaints: Buffer[] = [];
    let size = 0;
    const fail = (reason: string, cause?: unknown) => {
      clearTimeout(timer);
      killGit(child);
      reject(new GitError(`git ${command}: ${reason}`, { cause }));
    };
    const timer = setTimeout(() => fail(`took longer than ${TIME_LIMIT_MS / 1000} seconds`), TIME_LIMIT_MS);
    const keep = (list: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_LIMIT) fail(`printed more than ${OUTPUT_LIMIT} bytes`);
      else list.push(chunk);
    };
    child.stdout.on("data", keep(output));
    child.stderr.on("data", keep(complaints));
    child.on("error", (error) => fail("could not be run; is git installed and in PATH?", error));
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(output).toString("utf8"));
      else fail(Buffer.concat(complaints).toString("utf8").trim() || `ended with ${code}`);
    });
    child.stdin.end(input);
  });
}
