import { execFile } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "../find-program.ts";
import { type CommandUser, WORKER_IS_ROOT } from "./command-user.ts";
import type { Executor, Network, SandboxView } from "./executor.ts";

const READ_ONLY = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt"];
/** A busy machine takes seconds; given up too early, all builds of this process would run without isolation. */
const PROBE_MS = 30_000;

/** Own user, PID, mount, IPC and UTS namespaces; system folders read-only, only the job's folder writable (P10.8). */
export function bubblewrapExecutor(program: string): Executor {
  return {
    name: "bubblewrap",
    description: `[Millrace] isolation: commands run in bubblewrap as user ${userInfo().username} of host ${hostname()}`,
    wrap(argv, view) {
      const { jobId, writable, user, network, roPaths = [] } = view;
      const readable = [...toolFolders(view), ...roPaths];
      return [
        program,
        ...identity(user),
        ...["--unshare-pid", "--unshare-ipc", "--unshare-uts"],
        ...(network === "none" ? ["--unshare-net"] : []),
        ...["--hostname", `millrace-${jobId.slice(-8)}`],
        ...["--die-with-parent", "--new-session"],
        ...withoutJob(READ_ONLY, writable).flatMap(shown),
        ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"],
        ...foldersAbove([...readable, ...writable]).flatMap((path) => ["--dir", path]),
        ...readable.flatMap((path) => ["--ro-bind", path, path]),
        ...writable.flatMap((path) => ["--bind", path, path]),
        "--",
        ...(user !== undefined && !isMapped(user) ? [...user.become, ...argv] : argv),
      ];
    },
  };
}

/**
 * A user namespace holds one user: the worker's own, under its name or, without rights beyond it, as root. Another
 * user must be a real one, which root becomes inside.
 */
function identity(user: CommandUser | undefined): readonly string[] {
  if (user === undefined) return ["--unshare-user"];
  return isMapped(user) ? ["--unshare-user", "--uid", "0", "--gid", "0"] : [];
}

function isMapped({ uid }: CommandUser): boolean {
  return uid === 0 && !WORKER_IS_ROOT;
}

/** Where `/bin` is a link into `/usr`, a link shows it as well, and sooner than a mount. */
function shown(path: string): readonly string[] {
  const target = lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  return target?.startsWith("usr/") ? ["--symlink", target, path] : ["--ro-bind", path, path];
}

/**
 * These folders, as far as they are there. Where the job's own lie in one of them, what holds those isn't shown with it:
 * in `/opt/millrace/data`, say, the server's keys are their neighbours.
 */
function withoutJob(folders: readonly string[], writable: readonly string[]): readonly string[] {
  const holdsJob = (path: string) => writable.some((folder) => folder.startsWith(`${path}/`));
  return folders
    .filter((path) => existsSync(path))
    .flatMap((path) => (holdsJob(path) ? readdirSync(path).map((name) => join(path, name)) : [path]))
    .filter((path) => !holdsJob(path));
}

/**
 * Folders of programs that lie elsewhere. Those of PATH come with the `lib` beside them: version managers keep tools in
 * homes, whose other files stay unseen. A runtime comes whole, as what its `bin` lies in.
 */
function toolFolders(view: SandboxView): readonly string[] {
  const { writable, programFolders = [], path: search = process.env.PATH ?? "" } = view;
  const ofPath = search.split(delimiter).filter(isAbsolute).flatMap(shownWith);
  const ofRuntimes = programFolders.map((path) => (isBin(path) ? dirname(path) : path));
  const shown = withoutJob(READ_ONLY, writable);
  const isShown = (path: string) => shown.some((known) => path === known || path.startsWith(`${known}/`));
  return withoutJob([...new Set([...ofPath, ...ofRuntimes])], writable).filter((path) => !isShown(path));
}

/** What commands see for a folder of PATH. */
export function shownWith(path: string): readonly string[] {
  return isBin(path) ? [path, join(dirname(path), "lib")] : [path];
}

function isBin(path: string): boolean {
  return basename(path) === "bin";
}

/** Made by name, since what is made on the way to a mount is passable for its own user only. */
function foldersAbove(paths: readonly string[]): readonly string[] {
  const above = (path: string): string[] => {
    const parent = dirname(path);
    return parent === path ? [] : [...above(parent), parent];
  };
  return [...new Set(paths.flatMap(above))].filter((path) => path !== "/");
}

/** Bubblewrap, when it is installed and this host lets it make its namespaces: many containers don't. */
export async function findBubblewrap(name = "bwrap"): Promise<Executor | undefined> {
  // By its whole name: a build may set a PATH of its own.
  const program = await findProgram(name);
  if (program === undefined) return undefined;
  const executor = bubblewrapExecutor(program);
  return (await works(executor)) ? executor : undefined;
}

/** Whether this host lets a command run so. */
export async function works(executor: Executor, network: Network = "all"): Promise<boolean> {
  const probe = { jobId: "probe", writable: [], network };
  const [program = "", ...args] = executor.wrap(["/bin/sh", "-c", ":"], probe);
  return await promisify(execFile)(program, args, { timeout: PROBE_MS }).then(
    () => true,
    () => false,
  );
}
