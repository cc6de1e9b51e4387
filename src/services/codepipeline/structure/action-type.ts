/** Whether an action's type can be used here (api.md §5.3, providers.md P0.8, P0.9). */
import type { KnownActionType } from "../known-action-types.ts";
import type { Finding, Place, Subject, TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";
import { checkConfigured } from "./not-configured.ts";

export function checkKind({ action }: Place, type: KnownActionType | undefined, subject: Subject): Finding {
  const { category, provider, owner, version } = action.actionTypeId;
  const named = `ActionType (Category: '${category}', Provider: '${provider}', Owner: '${owner}', Version: '${version}') in action '${action.name}'`;
  return type === undefined
    ? invalidAction(
        `${named} is not available in region '${subject.scope.region.toUpperCase().replaceAll("-", "_")}'`,
      )
    : checkConfigured(named, type, action.configuration, subject);
}

export const checkV2Only: TypedActionCheck = ({ action }, type, { declaration }) =>
  type.v2Only && declaration.pipelineType === "V1"
    ? invalidAction(`${action.actionTypeId.provider} Action can only be used with V2 pipelines.`)
    : undefined;
