/** What an operation is: one file each, declared with what is particular to it; the pipe does the rest. */
import type { Caller, Circumstances } from "../../core/access/types.ts";
import type { Core } from "../../core/core.ts";
import type { Scope } from "../../core/scope.ts";
import type { Authorization } from "./authorization.ts";

export interface Call {
  readonly core: Core;
  readonly scope: Scope;
  readonly caller: Caller;
  /** What policies may ask of the request beside its input. */
  readonly circumstances: () => Circumstances;
  readonly requestId: string;
  /** Milliseconds since the epoch, the same for the whole call. */
  readonly now: number;
  /**
   * Aborted when the caller hangs up or the server drains. A function, no getter: one in an object literal gives each
   * literal a hidden class of its own, which nobody who reads calls can learn, and which keeps all that the request
   * holds until the next full garbage collection.
   */
  readonly signal: () => AbortSignal;
}

export interface Operation<Input, Output> {
  readonly name: string;
  /** What the caller must be allowed (api.md §9.1, §9.2); without one the server doesn't start. */
  readonly authorization: Authorization<Input>;
  /** Answers, or throws an AwsError. `void` where the model has no output: an empty body. */
  handle(input: Input, call: Call): Promise<Output>;
}

/** Declares an operation. Input and output are the SDK's own types, so a wrong member doesn't compile. */
export function operation<Input, Output>(
  name: string,
  parts: Omit<Operation<Input, Output>, "name">,
): Operation<Input, Output> {
  return { name, ...parts };
}
