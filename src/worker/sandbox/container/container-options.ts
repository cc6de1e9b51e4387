import { join, normalize } from "node:path";
import { LIMITS } from "../driver.ts";
import type { Network } from "../executor.ts";
import type { JobFolders } from "../job-folders.ts";
import type { JobLimits, NewContainer } from "../job-sandbox.ts";
import type { EngineName } from "./engine.ts";
import { holderScript } from "./holder.ts";
import type { Image } from "./image.ts";
import { ulimits } from "./limits.ts";

/** Where a job's own folder is in its container, as far as it is there. */
export const ROOT = "/codebuild";

/** In a job's folder: of these two commands may not write to the first. */
export const PIPES = "pipes";
export const VOLUMES = "volumes";

/** Root, whatever the image says: builds install what they need (P10.1). */
export const ROOT_USER = "0:0";

/** A container that is about to be made. */
export interface ContainerPlan extends NewContainer {
  readonly name: string;
  /** By which those of a worker that has died are found. */
  readonly label: string;
  readonly hostname: string;
  readonly network: Network;
  readonly limits: JobLimits | undefined;
  readonly folders: JobFolders;
}

/** An engine's command line that starts a container (P10.10). */
export function runOptions(engine: EngineName, plan: ContainerPlan, image: Image): readonly string[] {
  const { name, label, hostname, limits, privileged } = plan;
  return [
    ...["run", "--detach", "--init", "--name", name, "--label", label, "--hostname", hostname],
    ...["--user", ROOT_USER, "--workdir", "/", "--network", networkOf(engine, plan.network)],
    ...["--pids-limit", String(LIMITS.processes), ...ulimits()],
    ...(limits === undefined ? [] : ["--cpus", String(limits.cpus), "--memory", `${limits.memory}b`]),
    ...(privileged ? ["--privileged"] : []),
    // What the image would have it do besides; and what is printed goes into the job's log, or nowhere.
    ...["--log-driver", "none", "--no-healthcheck", "--stop-signal", "SIGTERM"],
    ...(engine === "podman" ? ["--http-proxy=false", "--image-volume", "ignore"] : []),
    ...mounts(engine, plan.folders, image),
    ...["--entrypoint", "/bin/sh", image.id, "-c", holderScript(join(ROOT, PIPES))],
  ];
}

/**
 * One that gives all that a container has made in folders of the host to the worker, which isn't root.
 *
 * @param of the container, which may have ended
 * @param image that it was made of
 * @param folders as it knows them
 */
export function giveBackOptions(
  of: string,
  image: string,
  folders: readonly string[],
  owner: string,
): readonly string[] {
  return [
    ...["run", "--rm", "--volumes-from", of, "--network", "none", "--user", ROOT_USER],
    ...["--log-driver", "none", "--no-healthcheck", ...ulimits()],
    ...["--entrypoint", "chown", image, "-hR", owner, "--", ...folders],
  ];
}

/** A path in the job's folder as its commands know it. */
export function inside({ workDir }: JobFolders, path: string): string {
  return replaceFolder(path, workDir, ROOT);
}

/** A path of the commands as the worker knows it; itself, where that has none. */
export function outside({ workDir }: JobFolders, path: string): string {
  return replaceFolder(path, ROOT, workDir);
}

function replaceFolder(path: string, from: string, to: string): string {
  return path === from || path.startsWith(`${from}/`) ? to + path.slice(from.length) : path;
}

/** A network of the container's own: the host's is nobody's (P10.10). */
function networkOf(engine: EngineName, network: Network): string {
  if (network === "none") return "none";
  return engine === "podman" ? "private" : "bridge";
}

function mounts(engine: EngineName, folders: JobFolders, image: Image): readonly string[] {
  const own = folders.writable.map((folder) => [folder, inside(folders, folder)] as const);
  const targets = new Set(own.map(([, target]) => target));
  // Docker would put them where nobody sees how much disk they take; podman leaves them in the container.
  const volumes = (engine === "docker" ? image.volumes : [])
    .map((path) => normalize(path))
    .filter((path) => !targets.has(path))
    .map((path, index) => [join(folders.workDir, VOLUMES, String(index)), path] as const);
  return [
    ...[...own, ...volumes].flatMap(([folder, target]) => mount(folder, target)),
    // Pipes can be written to all the same; nothing else can be put in their places.
    ...mount(join(folders.workDir, PIPES), join(ROOT, PIPES), "ro,Z"),
  ];
}

/** `Z`: where SELinux rules, they are this container's alone. */
function mount(folder: string, target: string, options = "Z"): readonly string[] {
  return ["--volume", `${folder}:${target}:${options}`];
}
