/** ARNs of connections and hosts, in either spelling of the service (S7.1). */
import { partitionOf } from "../partition.ts";
import type { Scope } from "../scope.ts";
import type { ServiceName } from "./types.ts";

export const SERVICE_NAMES: readonly ServiceName[] = ["codestar-connections", "codeconnections"];

export interface Named {
  readonly kind: "connection" | "host";
  readonly scope: Scope;
  readonly id: string;
}

export function arnOf({ kind, scope: { region, account }, id }: Named, service: ServiceName): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${account}:${kind}/${id}`;
}

/** What the sources of a connection's repository are found by; hosts tell no case of it apart (S7.5). */
export function watchedRepository({ scope, id }: Omit<Named, "kind">, repository: string): string {
  return `${scope.region}/${id}/${repository.replace(/^\/+/, "").toLowerCase()}`;
}

/** All spellings, the one that tags are kept by first. */
export function spellingsOf(named: Named): [canonical: string, ...others: string[]] {
  return [arnOf(named, "codeconnections"), arnOf(named, "codestar-connections")];
}

/** @returns undefined for what isn't the ARN of a connection or host, in one of its spellings */
export function parseArn(arn: string): Named | undefined {
  const [, region = "", account = "", kind, id = ""] =
    /^arn:[a-z-]+:(?:codestar-connections|codeconnections):([a-z0-9-]+):(\d{12}):(connection|host)\/([^\0]+)$/s.exec(
      arn,
    ) ?? [];
  if (kind !== "connection" && kind !== "host") return undefined;
  const named: Named = { kind, scope: { account, region }, id };
  return spellingsOf(named).includes(arn) ? named : undefined;
}
