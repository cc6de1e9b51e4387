/** What an operation is: one file each, declared with what is particular to it; the pipe does the rest. */
import type { Caller } from "../../core/access/types.ts";
import type { Core } from "../../core/core.ts";
import type { Scope } from "../../core/scope.ts";

export interface Call {
  readonly core: Core;
  readonly scope: Scope;
  readonly caller: Caller;
  readonly requestId: string;
  /** Milliseconds since the epoch, the same for the whole call. */
  readonly now: number;
  /** Aborted when the caller hangs up or the server drains. */
  readonly signal: AbortSignal;
}

export interface Operation<Input, Output> {
  readonly name: string;
  /** ARNs that the caller needs the operation's permission on; `*` where AWS names no resource (api.md §9.1). */
  resources(input: Input, call: Call): readonly string[];
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
