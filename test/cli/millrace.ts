/** The command line as people run it who installed Millrace: `bin/millrace.js` in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";

/** Of the program as it is published. */
export function bin(): string {
  return join(inject("published"), "bin/millrace.js");
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** Resolves with the first line of stdout that matches. @throws Error when the process ends without one */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

/**
 * @param environment beside PATH, and nothing else of this process's
 * @param input what it reads from stdin
 * @param program another bin/millrace.js
 */
export function launch(
  args: readonly string[],
  environment: Record<string, string> = {},
  input = "",
  program = bin(),
): Running {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A command that reads nothing may be over before this is written.
  child.stdin.on("error", () => undefined).end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return {
    process: child,
    ended,
    async line(pattern) {
      for (;;) {
        const found = pattern.exec(stdout);
        if (found !== null) return found;
        const over = await Promise.race([
          once(child.stdout, "data").then(() => false),
          ended.then(() => true),
        ]);
        if (over && pattern.exec(stdout) === null) throw new Error(`millrace ended: ${stdout}${stderr}`);
      }
    },
  };
}

export function run(
  args: readonly string[],
  environment: Record<string, string> = {},
  input = "",
): Promise<Ended> {
  return launch(args, environment, input).ended;
}

export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "millrace-cli-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
