/** Which actions run in the pipeline's own region only (api.md §5.3). */
import type { TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";

export const checkRegion: TypedActionCheck = ({ action }, _type, { scope }) => {
  const { category, owner } = action.actionTypeId;
  if (action.region === undefined || action.region === scope.region) return undefined;
  if (category !== "Source" && owner === "AWS") return undefined;
  return invalidAction(
    `Action '${action.name}' is declared in region '${action.region}', but source, third-party and custom actions run in the region of the pipeline, '${scope.region}'.`,
  );
};
