import type { Scope } from "./scope.ts";

/** A pipeline's name for the whole world (api.md §2.1): what policies, tags, jobs and events call it. */
export function pipelineArn({ account, region }: Scope, name: string): string {
  return `arn:aws:codepipeline:${region}:${account}:${name}`;
}
