/** Runs git so that nothing of this machine's or a repository's configuration acts on it (P1.9, S6.8). */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

export interface GitOptions {
  readonly signal: AbortSignal;
  /** The repository; none for `init` and `clone`. */
  readonly repository?: string;
  /** Settings of this run. They travel in the environment, so that no credential stands in an argument list. */
  readonly config?: Readonly<Record<string, string>>;
  /** Of standard output; git is ended when it says more. A few objects can stand for any number of paths. */
  readonly mostBytes?: number;
}

/** git said more than whoever asked will read. */
export class GitOutputError extends Error {
  constructor(command: string, mostBytes: number) {
    super(`git ${command} said more than ${mostBytes} bytes`);
    this.name = "GitOutputError";
  }
}

/** git ended with a failure; `stderr` is what it said, in English. */
export class GitError extends Error {
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(command: string, exitCode: number | null, stderr: string) {
    super(`git ${command} failed (${exitCode ?? "killed"}): ${stderr.trim()}`);
    this.name = "GitError";
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** There is no git on this machine. */
export class GitMissingError extends Error {
  constructor() {
    super("git is not installed");
    this.name = "GitMissingError";
  }
}

const STDERR_CHARACTERS = 16_384;

const SETTINGS: Readonly<Record<string, string>> = {
  "core.hooksPath": "/dev/null",
  "core.protectNTFS": "true",
  "core.protectHFS": "true",
  "credential.helper": "",
  "fetch.fsckObjects": "true",
  // A redirect would take the credentials to another host.
  "http.followRedirects": "false",
  "http.lowSpeedLimit": "1",
  "http.lowSpeedTime": "60",
  // Nothing of git's may outlive the job that it works for.
  "gc.autoDetach": "false",
  "maintenance.autoDetach": "false",
  "advice.detachedHead": "false",
};

/** The whole standard output. @throws GitError, GitOutputError */
export async function git(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const child = spawnGit(args, options);
  child.stdin.end();
  const command = args[0] ?? "";
  const [output] = await Promise.all([collect(child, command, options.mostBytes), ended(child, command)]);
  return output;
}

/** Starts git with pipes; whoever starts it waits for `ended`. */
export function spawnGit(args: readonly string[], options: GitOptions): ChildProcessWithoutNullStreams {
  const location = options.repository === undefined ? [] : [`--git-dir=${options.repository}`];
  const child = spawn("git", [...location, ...args], {
    env: environment({
      ...SETTINGS,
      ...(options.repository === undefined ? {} : { "safe.directory": options.repository }),
      ...options.config,
    }),
    signal: options.signal,
    stdio: "pipe",
  });
  // Its end is told by `ended`; writing to a git that has gone is no news.
  child.stdin.on("error", () => undefined);
  return child;
}

/** @throws GitError when git fails, GitMissingError when there is none, an AbortError when the signal was aborted */
export async function ended(child: ChildProcessWithoutNullStreams, command: string): Promise<void> {
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARACTERS);
  });
  await new Promise<void>((resolve, reject) => {
    child.once("error", (error) => reject(isMissingProgram(error) ? new GitMissingError() : error));
    child.once("close", (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new GitError(command, code, stderr));
      }
    });
  });
}

function isMissingProgram(error: Error): boolean {
  return "code" in error && error.code === "ENOENT";
}

async function collect(
  child: ChildProcessWithoutNullStreams,
  command: string,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of child.stdout) {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      child.kill("SIGKILL");
      throw new GitOutputError(command, mostBytes);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function environment(config: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const entries = Object.entries(config);
  return {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "http:https",
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(
      entries.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
