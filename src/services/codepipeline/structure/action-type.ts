/** Whether an action's type can be used here (api.md §5.3, providers.md P0.8). */
import type { KnownActionType } from "../known-action-types.ts";
import type { Finding, Place, Subject, TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";

export function checkKind({ action }: Place, type: KnownActionType | undefined, { scope }: Subject): Finding {
  const { category, provider, owner, version } = action.actionTypeId;
  const named = `ActionType (Category: '${category}', Provider: '${provider}', Owner: '${owner}', Version: '${version}') in action '${action.name}'`;
  if (type === undefined) {
    return invalidAction(
      `${named} is not available in region '${scope.region.toUpperCase().replaceAll("-", "_")}'`,
    );
  }
  const missing = type.missing(action.configuration);
  if (missing.length > 0) {
    return invalidAction(
      `${named} is not configured on this server. Missing: ${missing.join(", ")}. See docs/providers.md#${category.toLowerCase()}-${provider.toLowerCase()}.`,
    );
  }
  return undefined;
}

export const checkV2Only: TypedActionCheck = ({ action }, type, { declaration }) =>
  type.v2Only && declaration.pipelineType === "V1"
    ? invalidAction(`${action.actionTypeId.provider} Action can only be used with V2 pipelines.`)
    : undefined;
