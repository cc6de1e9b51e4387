/** What the job protocol says of CodeBuild projects and their builds. */

export interface BuildVariable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
}

/** What CodeBuild knows of a build when it starts. */
export interface StartedBuild {
  readonly buildId: string;
  readonly buildArn: string;
  readonly buildNumber: number;
  /** Its project runs as many as it may: the job isn't this worker's any more, and comes again when there is a place. */
  readonly waits?: true;
  /** When it began to wait for a place, in milliseconds since the epoch. */
  readonly queuedSince?: number;
  readonly project: BuildProject;
  /** There when those of full clones are fetched, with what may be reached for them besides the public internet. */
  readonly submodules?: { readonly allowOutgoing: readonly string[] };
}

/** The members of a CodeBuild project that decide how a build runs (P2.2). */
export interface BuildProject {
  readonly name: string;
  readonly arn: string;
  readonly uuid: string;
  readonly buildspec?: string;
  /** Of inputs that are full clones. */
  readonly gitCloneDepth?: number;
  readonly image: string;
  /** Name or ARN of the secret that its registry is logged in with. */
  readonly registryCredential?: string;
  readonly computeType: string;
  readonly environmentType: string;
  readonly privilegedMode: boolean;
  /** Names of those that it wants to have mounted. */
  readonly fileSystems: readonly string[];
  readonly environmentVariables: readonly BuildVariable[];
  readonly timeoutInMinutes: number;
  readonly encryptionKey: string;
  readonly logGroup: string;
  readonly logStreamPrefix?: string;
}

/** The role that commands run as, where the operator has set what gives them keys of it (P10.5). */
export type JobRole =
  | { readonly kind: "none" }
  /** Of the AWS files of the worker's own host. */
  | { readonly kind: "profile"; readonly roleArn: string; readonly profile: string }
  /** Of the server itself; they end with the job, or at `expires`, in milliseconds since the epoch. */
  | {
      readonly kind: "keys";
      readonly roleArn: string;
      readonly keys: {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken: string;
        readonly expires: number;
      };
    }
  | { readonly kind: "refused"; readonly message: string };

export interface BuildState {
  readonly buildId: string;
  readonly buildStatus: "IN_PROGRESS" | "SUCCEEDED" | "FAILED" | "FAULT" | "TIMED_OUT" | "STOPPED";
  readonly currentPhase: string;
  readonly phases: readonly BuildPhase[];
  readonly exportedEnvironmentVariables: readonly { readonly name: string; readonly value: string }[];
  readonly sourceVersion?: string;
  readonly resolvedSourceVersion?: string;
}

export interface BuildPhase {
  readonly phaseType: string;
  readonly phaseStatus?: string;
  readonly startTime: number;
  readonly endTime?: number;
  readonly durationInSeconds?: number;
  readonly contexts?: readonly { readonly statusCode: string; readonly message: string }[];
}
