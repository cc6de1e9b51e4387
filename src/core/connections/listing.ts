/** What an administrator's command looks through: connections by account, region and name. */
import type { Scope } from "../scope.ts";
import { listConnectionRows } from "../store/connections.ts";
import type { Reader } from "../store/store.ts";
import { parseArn } from "./arn.ts";
import { connectionOf } from "./rows.ts";
import { type Connection, ConnectionError } from "./types.ts";

/** More than an account can have. */
const ALL = 1_000_000;

export async function allConnections(db: Reader, scope: Scope): Promise<readonly Connection[]> {
  return (await listConnectionRows(db, scope, {}, "", ALL)).map(connectionOf);
}

/**
 * @param given its ARN, or its name where no other has it
 * @returns the ARN, and where it belongs
 * @throws ConnectionError
 */
export async function arnGiven(
  db: Reader,
  scope: Scope,
  given: string,
): Promise<{ readonly arn: string; readonly scope: Scope }> {
  const named = parseArn(given);
  if (named !== undefined) return { arn: given, scope: named.scope };
  const found = (await allConnections(db, scope)).filter(({ name }) => name === given);
  const [only] = found;
  if (only === undefined)
    throw new ConnectionError(
      "notFound",
      `there is no connection ${given} in ${scope.region}; millrace connection list shows them`,
    );
  if (found.length > 1)
    throw new ConnectionError("invalid", `${found.length} connections are named ${given}: give the ARN`);
  return { arn: only.arn, scope };
}
