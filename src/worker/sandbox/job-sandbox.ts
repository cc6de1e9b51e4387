import type { Network } from "./executor.ts";
import type { JobFolders } from "./job-folders.ts";
import type { Shell, ShellOutput } from "./shell.ts";

export interface NewShell extends ShellOutput {
  /** `/bin/sh` or `bash`. */
  readonly program: string;
  /** As the worker knows it. */
  readonly folder: string;
  /** Comes on top of what every command sees (P10.1). */
  readonly environment: Readonly<Record<string, string>>;
}

export interface NewJob {
  readonly jobId: string;
  /** The job's own folder, empty. */
  readonly workDir: string;
  /** What its commands reach, where the worker leaves them more. */
  readonly network?: Network | undefined;
  /** What its files may take on disk together, in bytes (P10.1). */
  readonly diskLimit: number;
  /** What commands may have in their PATH besides what the worker has in its own. */
  readonly programFolders?: readonly string[];
  /** What it may take of its host; undefined for all of it. */
  readonly limits?: JobLimits | undefined;
  /** What its commands run in, where that isn't the worker's host. */
  readonly container?: NewContainer | undefined;
}

/** What a job's processes may take together (P2.2). */
export interface JobLimits {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
}

/** A container for the commands of one job (P10.10). */
export interface NewContainer {
  /** Of an image, as `isImageName` has it. */
  readonly image: string;
  readonly privileged: boolean;
}

/** For a registry that keeps an image to those it knows. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** What makes ready what a job's commands run in. */
export interface Provisioning {
  readonly signal: AbortSignal;
  /** Puts a line into the job's log. */
  say(line: string): void;
  /** What the image is pulled with; as the engine knows its registry by itself, if absent. */
  readonly login?: RegistryLogin | undefined;
}

/** Why commands can't run as a user: there is no such one, or the system says something against it. */
export type UserRefusal =
  | { readonly kind: "unknown" }
  | { readonly kind: "refused"; readonly reason: string };

/** The folders, processes and limits of one job (P10.1). Everything in it has ended once `end` resolved. */
export interface JobSandbox {
  /** `process`, `bubblewrap`, `podman` or `docker`. */
  readonly executor: string;
  /** Whether commands find the worker's own programs. */
  readonly onHost: boolean;
  /** The line that says in the log how its commands run (P10.9). */
  readonly description: string;
  readonly folders: JobFolders;
  /** Where the shell that ended last left its folder and exported variables. */
  readonly stateFile: string;
  /** PATH of its commands, unless they change it; empty where an image says it. */
  readonly path: string;
  /** Who commands run as, unless they are handed over. */
  readonly ownUser: string;
  /** What of the job's limits holds it. */
  readonly limits: Partial<JobLimits>;

  /** A path in the job's folders as its commands know it. */
  inside(path: string): string;
  /** A path of the commands as the worker knows it; itself, where that has none. */
  outside(path: string): string;
  /**
   * Makes ready what its commands run in. Called before the first shell.
   * @throws ImageError, the signal's reason when it is aborted, ProviderError when the worker's host is to blame
   */
  provision(given: Provisioning): Promise<void>;
  /** @throws when the shell can't be started */
  startShell(shell: NewShell): Promise<Shell>;
  /** Undefined when commands can run as this user, who isn't the own one. */
  refusalOf(user: string): Promise<UserRefusal | undefined>;
  /** Shells that are started from now on run as this user, to whom the job's folders and files belong then. */
  handOver(user: string | undefined): Promise<void>;
  /** What a shell's environment says of the user, where another one's is carried over. */
  variablesOf(user: string | undefined): Readonly<Record<string, string>>;
  /**
   * Rejects, once all processes were ended for it, when the job takes more disk than it may.
   * Nobody looks before the first command.
   */
  readonly overLimit: Promise<never>;
  /** Whether the job takes more than it may: what its commands end with now is no doing of theirs. */
  readonly isOverLimit: boolean;
  /** Whether processes of it have been ended since this was last asked, because they took more than its memory. */
  ranOutOfMemory(): Promise<boolean>;
  /** Ends all processes of the job, however they hide (P10.7). @throws ProviderError when they can't be ended */
  end(): Promise<void>;
}
