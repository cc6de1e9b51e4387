/** Settings `builds.…`, of which what a worker must know when it starts is made (P10). */
import { parseProxy } from "../network/index.ts";
import { EXECUTORS, type ExecutorChoice, isImageName, NETWORKS, type Network } from "../worker/index.ts";
import { ConfigurationError } from "./configuration-error.ts";

export interface BuildSettings {
  readonly executor: ExecutorChoice;
  readonly network: Network;
}

/** For those who look for it. */
export const NO_KUBERNETES =
  "this version runs no builds in Kubernetes; run workers (millrace worker) on hosts with podman or docker";

/** @throws ConfigurationError where no worker could do both */
export function buildSettings(get: (name: string) => string | undefined): BuildSettings {
  const executor = EXECUTORS.find((known) => known === get("builds.executor")) ?? "auto";
  const network = NETWORKS.find((known) => known === get("builds.network")) ?? "all";
  if (executor === "process" && network === "none")
    throw new ConfigurationError(
      "settings",
      "the setting 'builds.network' can't be none with 'builds.executor' as process: only bubblewrap, podman and docker keep commands from the network",
    );
  return { executor, network };
}

/** What is wrong with a value of `builds.executor`. */
export function executorProblem(value: string): string | undefined {
  if (EXECUTORS.some((known) => known === value)) return undefined;
  const allowed = `must be ${list(EXECUTORS)}`;
  return value === "kubernetes" ? `${allowed}: ${NO_KUBERNETES}` : allowed;
}

/** What is wrong with a value of `images.<name or glob>`. */
export function imageProblem(value: string): string | undefined {
  return value === "host" || isImageName(value)
    ? undefined
    : "must be host, or the name of an image such as docker.io/library/node:24";
}

/** What is wrong with a value of `builds.network`. */
export function networkProblem(value: string): string | undefined {
  return NETWORKS.some((known) => known === value) ? undefined : `must be ${list(NETWORKS)}`;
}

/** What is wrong with a value of `builds.proxy`. */
export function proxyProblem(value: string): string | undefined {
  return value === "true" || parseProxy(value) !== undefined
    ? undefined
    : "must be a URL like http://user:password@proxy.example:3128, or true for that of the worker's --proxy";
}

/** Whether a value of `builds.proxy` is secret. */
export function holdsPassword(value: string): boolean {
  return (URL.parse(value)?.password ?? "") !== "";
}

/** What is wrong with a value of `builds.noProxy`. */
export function noProxyProblem(value: string): string | undefined {
  return /^[\w.*:/[\]-]+(?:,[\w.*:/[\]-]+)*$/.test(value)
    ? undefined
    : "must be hosts, domains or addresses, parted by commas without spaces: git.example,.corp.example";
}

function list(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
