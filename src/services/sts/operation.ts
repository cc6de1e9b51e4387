/** What an STS operation is, and what it is refused with. */
import type { Caller, Circumstances } from "../../core/access/types.ts";
import type { Core } from "../../core/core.ts";

export interface StsCall {
  readonly core: Core;
  readonly caller: Caller;
  readonly circumstances: () => Circumstances;
  /** The parameters of the request. */
  readonly form: URLSearchParams;
  readonly requestId: string;
}

export interface StsOperation {
  readonly name: string;
  /** Who may call it: whoever is who he says, or those whom `handle` asks the access room for. */
  readonly authorization: "every caller" | "asked by its handler";
  /** @returns XML @throws QueryError, AccessError */
  handle(call: StsCall): Promise<string>;
}

export class QueryError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "QueryError";
    this.status = status;
    this.code = code;
  }
}
