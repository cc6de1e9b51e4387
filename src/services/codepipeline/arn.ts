/** The names of CodePipeline's resources (api.md §2.1). */
import { partitionOf } from "../../core/partition.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import type { Scope } from "../../core/scope.ts";
import { webhookArn } from "../../core/webhooks/index.ts";
import { AwsError } from "../aws-json/error.ts";

export { webhookArn };

export interface CustomTypeKey {
  readonly category: string;
  readonly provider: string;
  readonly version: string;
}

/** What a tag call may name; `arn` is its one canonical spelling. */
export type Taggable =
  | { readonly kind: "pipeline"; readonly arn: string; readonly name: string }
  | { readonly kind: "webhook"; readonly arn: string; readonly name: string }
  | { readonly kind: "actionType"; readonly arn: string; readonly key: CustomTypeKey };

export function stageArn(scope: Scope, pipeline: string, stage: string): string {
  return pipelineArn(scope, `${pipeline}/${stage}`);
}

export function actionArn(scope: Scope, pipeline: string, stage: string, action: string): string {
  return pipelineArn(scope, `${pipeline}/${stage}/${action}`);
}

export function actionTypeArn(
  scope: Scope,
  type: { owner: string; category: string; provider: string; version: string },
): string {
  return pipelineArn(scope, `actiontype:${type.owner}/${type.category}/${type.provider}/${type.version}`);
}

/**
 * How policies of the field write the ARN of an action type: without an account, with a capital T, the owner in lower
 * case, and a slash at the end, in all combinations (§9.1).
 */
export function actionTypeSpellings(
  { account, region }: Scope,
  {
    owner,
    category,
    provider,
    version,
  }: { owner: string; category: string; provider: string; version: string },
): string[] {
  const spellings: string[] = [];
  for (const account_ of [account, ""])
    for (const kind of ["actiontype", "actionType"])
      for (const owner_ of [owner, owner.toLowerCase()])
        for (const end of ["", "/"])
          spellings.push(
            `arn:${partitionOf(region)}:codepipeline:${region}:${account_}:${kind}:${owner_}/${category}/${provider}/${version}${end}`,
          );
  return spellings;
}

export function customTypeArn(scope: Scope, key: CustomTypeKey): string {
  return actionTypeArn(scope, { owner: "Custom", ...key });
}

/**
 * What an ARN of a tag call names. Action types may be written with an empty account, a capital T and a trailing
 * slash (§2.1, §9.1).
 *
 * @throws InvalidArnException when it isn't a taggable resource of this scope
 */
export function parseTaggable(scope: Scope, given: string): Taggable {
  const parts = /^arn:([^:]+):codepipeline:([^:]+):([0-9]{12})?:(.+)$/.exec(given);
  if (parts === null) throw invalidArn(given, "it is not an ARN of CodePipeline");
  const [, partition, region, account, resource = ""] = parts;
  if (region !== scope.region) throw invalidArn(given, `its region is not ${scope.region}`);
  if (partition !== partitionOf(region))
    throw invalidArn(given, `the partition of ${region} is ${partitionOf(region)}`);
  const type = /^action[tT]ype:(.+)$/.exec(resource)?.[1];
  if (account === undefined ? type === undefined : account !== scope.account) {
    throw invalidArn(given, `its account is not ${scope.account}`);
  }
  if (type !== undefined) return parseActionType(scope, given, type);
  if (resource.startsWith("webhook:")) {
    return { kind: "webhook", arn: pipelineArn(scope, resource), name: resource.slice("webhook:".length) };
  }
  if (!/^[A-Za-z0-9.@_-]{1,100}$/.test(resource)) {
    throw invalidArn(given, "only pipelines, custom action types and webhooks carry tags");
  }
  return { kind: "pipeline", arn: pipelineArn(scope, resource), name: resource };
}

function parseActionType(scope: Scope, given: string, type: string): Taggable {
  const parts = /^([A-Za-z]+)\/([A-Za-z]+)\/([\w-]+)\/([\w-]+)\/?$/.exec(type);
  const [, owner = "", category = "", provider = "", version = ""] = parts ?? [];
  if (owner.toLowerCase() !== "custom")
    throw invalidArn(given, "only action types of owner Custom carry tags");
  const key = { category, provider, version };
  return { kind: "actionType", arn: customTypeArn(scope, key), key };
}

function invalidArn(given: string, because: string): AwsError {
  return new AwsError("InvalidArnException", `The resource ARN '${given}' is not valid: ${because}.`);
}
