/** A service of the pipe: an AWS model, and what Millrace answers of it. */
import type { ConstraintTable } from "./constraints.ts";
import type { Operation } from "./operation.ts";

/** An operation whatever its shapes; the pipe has decoded and validated by the model before it calls one. */
export type AnyOperation = Operation<never, unknown>;

export interface Service {
  /** As metrics and logs name it: `codepipeline`. */
  readonly name: string;
  /** Before the operation in `X-Amz-Target`: `CodePipeline_20150709`. */
  readonly target: string;
  /** What some of its clients write in the target's place. */
  readonly otherTargets?: readonly string[];
  /** Of AWS's JSON protocol. Default 1.1. */
  readonly jsonVersion?: "1.0" | "1.1";
  /** Names that the signature's scope may carry. */
  readonly signingName: string;
  /** What a package of the SDK exports, or schemas in the same form: the operations and errors of the model. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** Lengths, patterns and enums. Required members are known from the schemas, for services without a table. */
  readonly constraints?: ConstraintTable;
  /** The permission that an operation needs: `codepipeline:GetPipeline`. */
  permission(operation: string): string;
  /** Other names of that permission: a policy that names any of them speaks of it. */
  otherPermissions?(operation: string): readonly string[];
  readonly operations: readonly AnyOperation[];
  /** Operations of the model that aren't here answer 501 and name themselves. Without it, all of them must be here. */
  readonly servedInPart?: boolean;
}
