/** Named secrets, which builds ask for by PARAMETER_STORE and SECRETS_MANAGER variables (P3.9 to P3.11). */
import type { Scope } from "../scope.ts";

export type SecretKind = "parameter-store" | "secrets-manager";

/** Where a value stands: the newest is AWSCURRENT, the one before it AWSPREVIOUS. */
export type Stage = "AWSCURRENT" | "AWSPREVIOUS";

export interface SecretSummary {
  readonly name: string;
  /** `project:<name>` or `pipeline:<name>`; undefined for all of the account. */
  readonly allowed: readonly string[] | undefined;
  readonly versions: readonly {
    readonly stage: string;
    readonly id: string;
    /** Milliseconds since the epoch. */
    readonly created: number;
  }[];
}

/** Who asks: the job's pipeline, and the project if it runs a build of one. */
export interface SecretReader {
  readonly pipeline: string;
  readonly project?: string;
}

export type ResolvedSecret =
  | { readonly value: string }
  | { readonly refused: string }
  /** Nobody could be asked just now. */
  | { readonly unavailable: string };

/** A secret can't be as it was given; the message says what is allowed. */
export class SecretError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SecretError";
  }
}

export interface Secrets {
  /**
   * Keeps a value as AWSCURRENT and the one before it as AWSPREVIOUS; older ones are forgotten.
   *
   * @param value 1 to 65,536 bytes
   * @param allowed `project:<name>` or `pipeline:<name>` each; undefined leaves a secret's list as it is, and lets all
   *   of the account read a new one
   * @throws SecretError
   */
  set(scope: Scope, name: string, value: string, allowed: readonly string[] | undefined): Promise<void>;
  /** By name, without their values. */
  list(scope: Scope): Promise<readonly SecretSummary[]>;
  /** @returns false when there was none */
  remove(scope: Scope, name: string): Promise<boolean>;
  /**
   * @param reference as the build wrote it: `secret-id[:json-key[:version-stage[:version-id]]]`, or a parameter's name
   * Looks here first, then where the operator has set an endpoint for what isn't here.
   * @returns the value, or why there is none, in AWS's words (P3.10)
   */
  resolve(scope: Scope, reader: SecretReader, kind: SecretKind, reference: string): Promise<ResolvedSecret>;
}
