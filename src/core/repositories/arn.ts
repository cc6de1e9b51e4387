import { partitionOf } from "../partition.ts";
import type { Scope } from "../scope.ts";

/** A hosted repository as policies, tags and events name it (S6.5). */
export function repositoryArn({ region, account }: Scope, name: string): string {
  return `arn:${partitionOf(region)}:codecommit:${region}:${account}:${name}`;
}
