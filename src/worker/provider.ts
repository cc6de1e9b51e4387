/** How a provider is written: a declaration, and a function that does one job (providers.md P0.1). */
import type { Way } from "../network/index.ts";
import type { ActionTypeId, Job, JobClient, JobFailure, JobSuccess } from "./protocol.ts";
import type { Runtimes } from "./runtimes.ts";
import type { Sandbox } from "./sandbox/index.ts";

/** Everything that Millrace knows of an action type: ListActionTypes, structure checks and docs come from it. */
export interface ActionTypeDeclaration {
  readonly id: ActionTypeId;
  /** 1 works embedded, 2 needs an outside thing that we test against, 3 is forwarded, "none" is known and always refused. */
  readonly tier: 1 | 2 | 3 | "none";
  readonly v2Only?: boolean;
  readonly inputs: { readonly minimum: number; readonly maximum: number };
  readonly outputs: { readonly minimum: number; readonly maximum: number };
  readonly properties: readonly PropertyDeclaration[];
  readonly outputVariables: readonly string[] | "dynamic";
  readonly defaultTimeoutMinutes: number;
  readonly urls?: {
    readonly entityUrlTemplate?: string;
    readonly executionUrlTemplate?: string;
    readonly revisionUrlTemplate?: string;
  };
  /** What no setting can give, and keeps the type from being used here (P0.8); none for what works. */
  readonly needs: readonly string[];
  /** Tools of its host that a worker must have to take such jobs (P0.6, P0.9). */
  readonly tools?: readonly string[];
  /**
   * The settings without which a configuration can't run (P0.6): one of each list. A name that ends in `.*` is any of
   * its kind, where the configuration doesn't tell which yet.
   */
  settings?(configuration: Readonly<Record<string, string>>): readonly (readonly string[])[];
  /**
   * A function of its user's does its jobs, and may end them with credentials of its own: the worker leaves a parked one
   * to it, and waits for what it returns to an awaited one (P7.3, P9).
   */
  readonly byFunction?: "parked" | "awaited";
  /** Settings that its jobs get besides, where they are set; a name that ends in `.*` is all of its kind. */
  readonly besides?: readonly string[];
}

export interface PropertyDeclaration {
  readonly name: string;
  readonly required: boolean;
  readonly secret?: boolean;
  readonly description?: string;
  /** Refused at create when the value, without references, isn't one of these (compared without case). */
  readonly allowed?: readonly string[];
}

export interface Provider {
  readonly declaration: ActionTypeDeclaration;
  /** Whether its role matters to a job that has one; if not, or where nothing is said, the log says so (P0.16). */
  usesRole?(job: Job): boolean;
  /** Ends in an outcome; an exception becomes JobFailed with a reference (P0.4). */
  run(job: Job, tools: Tools): Promise<Outcome>;
}

export type Outcome =
  | ({ readonly kind: "done" } & JobSuccess)
  | ({ readonly kind: "failed" } & JobFailure)
  /** The job was brought to its function, which ends it by itself (P7.3). */
  | { readonly kind: "parked" }
  /** The server took the job back, and will hand it out again: there is nothing to report. */
  | { readonly kind: "left" };

/** What the server is told of a job. */
export type Result = Exclude<Outcome, { readonly kind: "left" }>;

/** What the loop gives a provider to work with. */
export interface Tools {
  readonly client: JobClient;
  readonly workerId: string;
  /** An empty folder of this job's own, removed at its end. */
  readonly workDir: string;
  /** A folder that all jobs of this worker share and that outlives them: for what is cheap to make again. */
  readonly cacheDir: string;
  /** How commands run. */
  readonly sandbox: Sandbox;
  /** What builds may ask for by `runtime-versions` (P3.25). */
  readonly runtimes: Runtimes;
  /** Aborted when the action was stopped, timed out or deleted, or the worker shuts down. */
  readonly signal: AbortSignal;
  /** What the job's files may take on disk together, in bytes (P10.1). */
  readonly diskLimit: number;
  /** For requests to what lies outside (S9). */
  readonly way: Way;
  readonly log: JobLog;
  readonly artifacts: ArtifactTransfer;
  readonly now: () => number;
  readonly newId: () => string;
}

/** The action's log. Lines are masked, bounded and delivered in order. */
export interface JobLog {
  /** A `[Millrace] …` or marker line. */
  system(text: string, phase?: string): void;
  /** A chunk of a command's output; cut into lines here. */
  output(stream: "stdout" | "stderr", chunk: Uint8Array, phase?: string): void;
  /** Values to be shown as `****` from now on, in lines and in `mask`. */
  addSecrets(values: readonly string[]): void;
  mask(text: string): string;
  /** The last `count` lines of output, masked: for failure messages (P4.9). */
  tail(count: number): readonly string[];
  /** Resolves when output may go on: at once, unless lines can't be delivered as fast as they come (P11.4). */
  ready(): Promise<void>;
  /** Begins to deliver what is there, instead of waiting for more: the job has little left to do. */
  hurry(): void;
}

/** Moves artifacts between the store and the work folder with the job's own credentials. */
export interface ArtifactTransfer {
  /** The S3 client for other buckets, with the job's own credentials (refreshed as needed). */
  s3(): Promise<import("@aws-sdk/client-s3").S3Client>;
  /** Downloads to a file. @throws ProviderError when the object is missing (P0.18). */
  download(
    artifact: { name: string; bucket: string; key: string },
    file: string,
  ): Promise<DownloadedArtifact>;
  /** Uploads a file as a whole object or not at all (P0.19). */
  upload(
    file: string,
    artifact: { bucket: string; key: string },
    options?: { contentType?: string; metadata?: Record<string, string> },
  ): Promise<void>;
}

export interface DownloadedArtifact {
  /** Without quotes. */
  readonly etag: string;
  readonly bytes: number;
}

/** Thrown by a provider to fail its job with a given type and message. */
export class ProviderError extends Error {
  readonly type: JobFailure["type"];

  constructor(type: JobFailure["type"], message: string) {
    super(message);
    this.name = "ProviderError";
    this.type = type;
  }
}
