import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import type { Executor } from "./executor.ts";

const READ_ONLY = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt"];
const PROBE_MS = 5_000;

/** Own user, PID, mount, IPC and UTS namespaces; system folders read-only, only the job's folder writable (P10.8). */
export function bubblewrapExecutor(program: string): Executor {
  return {
    name: "bubblewrap",
    description: `[Millrace] isolation: commands run in bubblewrap as user ${userInfo().username} of host ${hostname()}`,
    wrap: (argv, { jobId, writable }) => [
      program,
      ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"],
      ...["--hostname", `millrace-${jobId.slice(0, 8)}`],
      ...["--die-with-parent", "--new-session"],
      ...READ_ONLY.filter((path) => existsSync(path)).flatMap((path) => ["--ro-bind", path, path]),
      ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"],
      ...toolFolders().flatMap((path) => ["--ro-bind", path, path]),
      ...writable.flatMap((path) => ["--bind", path, path]),
      "--",
      ...argv,
    ],
  };
}

/**
 * The folders of PATH that lie elsewhere, each with the `lib` beside it: where version managers keep tools, in homes
 * whose other files stay unseen.
 */
function toolFolders(): readonly string[] {
  const outside = (process.env.PATH ?? "")
    .split(delimiter)
    .filter(
      (path) =>
        isAbsolute(path) && !READ_ONLY.some((shown) => path === shown || path.startsWith(`${shown}/`)),
    );
  const libraries = outside
    .filter((path) => basename(path) === "bin")
    .map((path) => join(dirname(path), "lib"));
  return [...new Set([...outside, ...libraries])].filter((path) => existsSync(path));
}

/** Bubblewrap, when it is installed and this host lets it make its namespaces: many containers don't. */
export async function findBubblewrap(program = "bwrap"): Promise<Executor | undefined> {
  const executor = bubblewrapExecutor(program);
  const [command = program, ...args] = executor.wrap(["/bin/sh", "-c", ":"], {
    jobId: "probe",
    writable: [],
  });
  try {
    await promisify(execFile)(command, args, { timeout: PROBE_MS });
    return executor;
  } catch {
    return undefined;
  }
}
