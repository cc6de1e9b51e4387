import { partitionOf } from "../../core/partition.ts";
import type { Scope } from "../../core/scope.ts";

/** Resources of CodeBuild as AWS names them (P2.1, P2.5). */
export function projectArn({ region, account }: Scope, name: string): string {
  return `arn:${partitionOf(region)}:codebuild:${region}:${account}:project/${name}`;
}

export function buildArn({ region, account }: Scope, id: string): string {
  return `arn:${partitionOf(region)}:codebuild:${region}:${account}:build/${id}`;
}

/** The name or id that an ARN of this account and region ends with; all else stands for itself, and names nothing. */
export function nameOf(given: string, scope: Scope, arnOf: typeof projectArn): string {
  const name = given.slice(given.indexOf("/") + 1);
  return arnOf(scope, name) === given ? name : given;
}
