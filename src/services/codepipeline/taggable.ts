/** What the tag operations need to know of a resource (api.md §18). */
import { takePipelineNamed } from "../../core/store/pipelines.ts";
import { findCustomActionType, takeCustomActionType } from "../../core/store/queries/action-types.ts";
import { findPipeline } from "../../core/store/queries/pipelines.ts";
import type { Tx } from "../../core/store/store.ts";
import { findWebhook, takeWebhook } from "../../core/store/webhooks.ts";
import type { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import type { Taggable } from "./arn.ts";
import { resourceNotFound } from "./errors.ts";

/** @throws ResourceNotFoundException */
export async function requireTaggable({ core, scope }: Call, resource: Taggable): Promise<void> {
  if (!(await isThere())) throw notThere(scope.account, resource);

  async function isThere(): Promise<boolean> {
    const db = core.store.read;
    switch (resource.kind) {
      case "pipeline":
        return (await findPipeline(db, scope, resource.name)) !== undefined;
      case "actionType":
        return (await findCustomActionType(db, scope, resource.key))?.deleted === 0;
      case "webhook":
        return (await findWebhook(db, scope, resource.name)) !== undefined;
    }
  }
}

/** Holds the resource until the transaction ends: tag changes come one by one. @throws ResourceNotFoundException */
export async function holdTaggable(tx: Tx, { scope }: Call, resource: Taggable): Promise<void> {
  if (!(await hold())) throw notThere(scope.account, resource);

  async function hold(): Promise<boolean> {
    switch (resource.kind) {
      case "pipeline":
        return (await takePipelineNamed(tx, scope, resource.name)) !== undefined;
      case "actionType":
        return (await takeCustomActionType(tx, scope, resource.key))?.deleted === 0;
      case "webhook":
        return (await takeWebhook(tx, scope, resource.name)) !== undefined;
    }
  }
}

function notThere(account: string, resource: Taggable): AwsError {
  switch (resource.kind) {
    case "pipeline":
    case "webhook":
      return resourceNotFound(account, resource.kind, resource.name);
    case "actionType": {
      const { category, provider, version } = resource.key;
      return resourceNotFound(account, "custom action type", `${category}/${provider}/${version}`);
    }
  }
}
