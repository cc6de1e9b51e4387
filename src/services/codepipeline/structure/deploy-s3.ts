/** Deploy/S3 (api.md §14: ObjectKey is needed unless the archive is extracted). */
import type { TypedActionCheck } from "./check.ts";
import { hasReference, missingKey } from "./configuration.ts";

export const checkDeployToS3: TypedActionCheck = ({ action }) => {
  const { owner, category, provider } = action.actionTypeId;
  if (owner !== "AWS" || category !== "Deploy" || provider !== "S3") return undefined;
  const { Extract: extract = "", ObjectKey: key } = action.configuration;
  if (key !== undefined || hasReference(extract) || extract.toLowerCase() === "true") return undefined;
  return missingKey(action.name, "ObjectKey");
};
