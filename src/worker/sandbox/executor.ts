import { hostname, userInfo } from "node:os";
import type { CommandUser } from "./command-user.ts";

export type Network = "all" | "none";

/** What a job's commands may see and write, and who they are. */
export interface SandboxView {
  readonly jobId: string;
  /** The only folders that commands may write to. */
  readonly writable: readonly string[];
  /** PATH of commands; undefined for the worker's own. */
  readonly path?: string | undefined;
  /** What commands may read besides. */
  readonly roPaths?: readonly string[] | undefined;
  /** What commands reach by it: all that the worker does, or only each other. */
  readonly network?: Network | undefined;
  /** Where programs are that PATH doesn't lead to. */
  readonly programFolders?: readonly string[];
  /** Undefined for the worker's own user. */
  readonly user?: CommandUser | undefined;
}

/** A way to run commands on this host (P10.8, P10.9). */
export interface Executor {
  readonly name: "process" | "bubblewrap";
  /** The line that says at start and in every log what isolation there is. */
  readonly description: string;
  /** Program and arguments that run `argv` as this executor does. Descriptors are passed through. */
  wrap(argv: readonly string[], view: SandboxView): readonly string[];
}

/** Child processes of the worker: no protection from malicious code. */
export const processExecutor: Executor = {
  name: "process",
  description: `[Millrace] no isolation: commands run as user ${userInfo().username} of host ${hostname()}`,
  wrap: (argv, { user }) => (user === undefined ? argv : [...user.become, ...argv]),
};

/** How commands run, in a line (P10.9). */
export function withNetwork(description: string, network: Network | undefined): string {
  return network === "none" ? `${description}, without network` : description;
}
