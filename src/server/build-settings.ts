/** Settings `builds.…`, of which what a worker must know when it starts is made (P10). */
import { EXECUTORS, type ExecutorChoice, NETWORKS, type Network } from "../worker/index.ts";
import { ConfigurationError } from "./configuration-error.ts";

export interface BuildSettings {
  readonly executor: ExecutorChoice;
  readonly network: Network;
}

/** @throws ConfigurationError where no worker could do both */
export function buildSettings(get: (name: string) => string | undefined): BuildSettings {
  const executor = EXECUTORS.find((known) => known === get("builds.executor")) ?? "auto";
  const network = NETWORKS.find((known) => known === get("builds.network")) ?? "all";
  if (executor === "process" && network === "none")
    throw new ConfigurationError(
      "settings",
      "the setting 'builds.network' can't be none with 'builds.executor' as process: only bubblewrap keeps commands from the network",
    );
  return { executor, network };
}

/** What is wrong with a value of `builds.executor`. */
export function executorProblem(value: string): string | undefined {
  return EXECUTORS.some((known) => known === value)
    ? undefined
    : `must be ${list(EXECUTORS)}: this version has no container executor`;
}

/** What is wrong with a value of `builds.network`. */
export function networkProblem(value: string): string | undefined {
  return NETWORKS.some((known) => known === value) ? undefined : `must be ${list(NETWORKS)}`;
}

function list(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
