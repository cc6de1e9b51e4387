import { partitionOf } from "./partition.ts";
import type { Scope } from "./scope.ts";

/** A pipeline's name in tags, policies and job contexts (api.md §2.1). */
export function pipelineArn({ account, region }: Scope, name: string): string {
  return `arn:${partitionOf(region)}:codepipeline:${region}:${account}:${name}`;
}
