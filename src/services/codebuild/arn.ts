import type { Scope } from "../../core/scope.ts";

/** Resources of CodeBuild as AWS names them (P2.1, P2.5). */
export function projectArn({ region, account }: Scope, name: string): string {
  return `arn:aws:codebuild:${region}:${account}:project/${name}`;
}

export function buildArn({ region, account }: Scope, id: string): string {
  return `arn:aws:codebuild:${region}:${account}:build/${id}`;
}
