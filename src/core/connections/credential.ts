/** What opens a host's repositories, sealed for its own connection: copied to another row, it opens nothing. */
import type { Access } from "../access/types.ts";
import type { ConnectionRow } from "../store/tables/connections.ts";
import type { Credential } from "./types.ts";

type Place = Pick<ConnectionRow, "account" | "region" | "id">;

export function sealCredential(access: Pick<Access, "seal">, place: Place, credential: Credential): string {
  return access.seal(JSON.stringify(credential), contextOf(place));
}

/** @returns undefined for one that was sealed with another key */
export function openCredential(
  access: Pick<Access, "unseal">,
  place: Place,
  sealed: string,
): Credential | undefined {
  const text = access.unseal(sealed, contextOf(place));
  return text === undefined ? undefined : (JSON.parse(text) as Credential);
}

function contextOf({ account, region, id }: Place): string {
  return `connection ${account}/${region}/${id}`;
}
