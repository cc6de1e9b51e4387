import { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import { type Pages, type Position, pagesOf as sealedPages } from "../aws-json/paging.ts";

export type { Pages, Position } from "../aws-json/paging.ts";

/** Page tokens whose refusal is InvalidNextTokenException (api.md §3). */
export function pagesOf<P extends Position>(call: Call, operation: string, filter: unknown = null): Pages<P> {
  return sealedPages(call, operation, filter, invalidToken);
}

function invalidToken(): AwsError {
  return new AwsError(
    "InvalidNextTokenException",
    "The next token was specified in an invalid format. Make sure that the next token you provide is the token returned by a previous call.",
  );
}
