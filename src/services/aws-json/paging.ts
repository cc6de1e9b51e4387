/** Page tokens: opaque, sealed to caller, account, region, operation and filter, valid for 24 hours (api.md §3). */

import { principalArn } from "../../core/access/index.ts";
import type { AwsError } from "./error.ts";
import type { Call } from "./operation.ts";

/** Where a page ended: the values of its last row that the order goes by. */
export type Position = readonly (string | number)[];

const LIFETIME = 24 * 60 * 60 * 1000;

/** One operation's tokens for one filter; equivalent filters must be given alike. */
export interface Pages<P extends Position> {
  /** The position that the caller's token stands for. @throws AwsError for what is none of this list's */
  start(token: string | undefined): P | undefined;
  /** The rows that fit, and the token of the next page when there are more. */
  cut<Row>(rows: readonly Row[], size: number, position: (last: Row) => P): Page<Row>;
  token(position: P): string;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextToken?: string;
}

/** @param refused what a token that isn't of this list is answered with, in the service's own words */
export function pagesOf<P extends Position>(
  call: Call,
  operation: string,
  filter: unknown,
  refused: () => AwsError,
): Pages<P> {
  const { account, region } = call.scope;
  const context = JSON.stringify(["page", principalArn(call.caller), account, region, operation, filter]);
  const token = (position: P) =>
    call.core.access.seal(JSON.stringify({ position, until: call.now + LIFETIME }), context);
  return {
    token,
    start(given) {
      if (given === undefined) return undefined;
      const opened = call.core.access.unseal(given, context);
      const content =
        opened === undefined ? undefined : (JSON.parse(opened) as { position: P; until: number });
      if (content === undefined || content.until < call.now) throw refused();
      return content.position;
    },
    cut(rows, size, position) {
      const page = rows.slice(0, size);
      const last = page.at(-1);
      if (rows.length <= size || last === undefined) return { rows: page };
      return { rows: page, nextToken: token(position(last)) };
    },
  };
}
