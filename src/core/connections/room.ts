import type { Access } from "../access/types.ts";
import type { Ambient, Scope } from "../scope.ts";
import type { Store } from "../store/store.ts";
import { type Named, parseArn } from "./arn.ts";
import { ConnectionError } from "./types.ts";

/** What connections work with. */
export interface Room {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly access: Pick<Access, "seal" | "unseal">;
}

/** @throws ConnectionError for an ARN that names nothing of this scope and kind */
export function idOf(scope: Scope, arn: string, kind: Named["kind"]): string {
  const named = parseArn(arn);
  const isHere = named?.scope.account === scope.account && named.scope.region === scope.region;
  if (named?.kind !== kind || !isHere) throw notFound(kind, arn);
  return named.id;
}

export function notFound(kind: Named["kind"], arn: string): ConnectionError {
  return new ConnectionError("notFound", `There is no ${kind} ${arn} in this account and region.`);
}
