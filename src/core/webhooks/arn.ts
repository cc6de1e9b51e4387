import { pipelineArn } from "../pipeline-arn.ts";
import type { Scope } from "../scope.ts";

/** A webhook's name in tags, policies and triggers (api.md §2.1). */
export function webhookArn(scope: Scope, name: string): string {
  return pipelineArn(scope, `webhook:${name}`);
}
