import type { OnFailure } from "./on-failure.ts";

/** The phases that a buildspec can give commands to, in their order. */
export const PHASES = ["install", "pre_build", "build", "post_build"] as const;
export type PhaseName = (typeof PHASES)[number];

/** A buildspec that was read without errors (P3.5). */
export interface Buildspec {
  readonly version: "0.1" | "0.2";
  readonly shell: "/bin/sh" | "bash";
  readonly variables: ReadonlyMap<string, string>;
  /** Variable → parameter name. */
  readonly parameterStore: ReadonlyMap<string, string>;
  /** Variable → reference, `secret-id[:json-key[:version-stage[:version-id]]]`. */
  readonly secretsManager: ReadonlyMap<string, string>;
  readonly exportedVariables: readonly string[];
  readonly gitCredentialHelper: boolean;
  readonly phases: ReadonlyMap<PhaseName, PhaseSpec>;
  readonly artifacts?: ArtifactSpec;
  /** By identifier. */
  readonly secondaryArtifacts: ReadonlyMap<string, ArtifactSpec>;
  /** Report groups by name. */
  readonly reports: readonly string[];
  readonly cache: boolean;
}

export interface PhaseSpec {
  readonly commands: readonly string[];
  readonly finally: readonly string[];
  readonly onFailure: OnFailure;
  readonly runAs?: string;
  /** Runtime → version. */
  readonly runtimeVersions: ReadonlyMap<string, string>;
}

export interface ArtifactSpec {
  readonly files: readonly string[];
  readonly baseDirectory?: string;
  readonly excludePaths: readonly string[];
  readonly discardPaths: boolean;
  readonly enableSymlinks: boolean;
}
