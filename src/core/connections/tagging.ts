/** Tags of connections and hosts: kept by one spelling of the ARN, found by both. */
import type { Scope } from "../scope.ts";
import { findConnectionRow, findHostRow, takeConnection, takeHost } from "../store/connections.ts";
import { mergeTags, removeTags, tagsByKey } from "../store/queries/tags.ts";
import type { Reader, Tx } from "../store/store.ts";
import { type Named, parseArn, spellingsOf } from "./arn.ts";
import { idOf, notFound } from "./room.ts";
import { ConnectionError, type TagChange } from "./types.ts";

const MOST_TAGS = 200;

/** @throws ConnectionError */
export async function changeTags(
  tx: Tx,
  scope: Scope,
  arn: string,
  { put = {}, remove = [] }: TagChange,
): Promise<void> {
  const named = namedBy(scope, arn);
  // Held: of two changes at once, the second counts what the first has added.
  const take = named.kind === "host" ? takeHost : takeConnection;
  if ((await take(tx, scope, named.id)) === undefined) throw notFound(named.kind, arn);
  const [key] = spellingsOf(named);
  const tags = new Set([...Object.keys(await tagsByKey(tx, key)), ...Object.keys(put)]);
  if (tags.size > MOST_TAGS)
    throw new ConnectionError(
      "tooMany",
      `A resource may have ${MOST_TAGS} tags; it would have ${tags.size}.`,
    );
  await mergeTags(tx, key, put);
  await removeTags(tx, key, remove);
}

/** @throws ConnectionError */
export async function tagsOfResource(
  db: Reader,
  scope: Scope,
  arn: string,
): Promise<Readonly<Record<string, string>>> {
  const named = namedBy(scope, arn);
  const find = named.kind === "host" ? findHostRow : findConnectionRow;
  if ((await find(db, scope, named.id)) === undefined) throw notFound(named.kind, arn);
  return tagsByKey(db, spellingsOf(named)[0]);
}

function namedBy(scope: Scope, arn: string): Named {
  const kind = parseArn(arn)?.kind ?? "connection";
  return { kind, scope, id: idOf(scope, arn, kind) };
}
