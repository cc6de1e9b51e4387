/** `millrace start` in a process of its own, as an operator starts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { scratchFolder } from "./scratch.ts";
import type { Target } from "./target.ts";

const checkout = fileURLToPath(new URL("../../bin/millrace.js", import.meta.url));

export interface ServerProcess extends Target {
  readonly pid: number;
}

/**
 * Starts a server on an empty data directory; it ends, and its data goes, when `stack` is disposed.
 * @param flags further arguments of `millrace start`
 * @param program a bin/millrace.js; the checkout's, if not given
 */
export async function startServer(
  stack: AsyncDisposableStack,
  flags: readonly string[] = [],
  program = checkout,
): Promise<ServerProcess> {
  const dataDir = await scratchFolder(stack);
  const child = spawnServer(dataDir, flags, program);
  stack.defer(() => end(child));
  const url = await ready(child);
  const credentials = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"));
  return { url, region: "us-east-1", credentials, pid: child.pid ?? 0 };
}

/** Starts `millrace start` on a free port; its standard output is a pipe, and warnings come through. */
export function spawnServer(
  dataDir: string,
  flags: readonly string[] = [],
  program = checkout,
): ChildProcess {
  const args = [program, "start", "--port", "0", "--data-dir", dataDir, "--log-level", "warn", ...flags];
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith("MILLRACE_"));
  return spawn(process.execPath, args, {
    env: Object.fromEntries(env),
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Resolves with the URL that the server says it listens on. */
export async function ready(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the server's output is not a pipe");
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (.+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return url;
  }
  throw new Error("the server ended before it listened");
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}
