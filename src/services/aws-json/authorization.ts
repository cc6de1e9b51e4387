/** What a caller must be allowed before an operation answers: declared by each operation, asked for by the pipe. */
import type { Need } from "../../core/access/types.ts";
import type { Call } from "./operation.ts";

/** A need of an operation; without an action, it is the operation's own permission that is needed. */
export type OperationNeed = Omit<Need, "action"> & { readonly action?: string };

/** All of an operation's needs, by its validated input. A rule that names none lets nobody in. */
export type Authorization<Input> = (input: Input, call: Call) => readonly OperationNeed[];

/** Of operations that are allowed as a whole or not at all: AWS names no resource for them (api.md §9.1). */
export const onAnything: Authorization<unknown> = () => [{ resource: "*" }];
