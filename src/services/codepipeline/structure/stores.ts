/** Artifact stores and regions (api.md §4.4, §5.4). */
import { validation } from "../errors.ts";
import { type Check, first, placesOf } from "./check.ts";

/** The shape of AWS's region names. */
const REGION = /^[a-z]{2,3}(-[a-z]+)+-\d{1,2}$/;

/** @param own the region of the call, which is one whatever it is called */
export function isRegion(name: string, own: string): boolean {
  return name === own || REGION.test(name);
}

export const checkStores: Check = ({ declaration, scope }) => {
  const { artifactStore, artifactStores } = declaration;
  const regions = new Set([
    scope.region,
    ...placesOf(declaration).map(({ action }) => action.region ?? scope.region),
  ]);
  if (artifactStore !== undefined && artifactStores !== undefined) {
    return validation("Specify either 'pipeline.artifactStore' or 'pipeline.artifactStores', not both.");
  }
  const unknown = Object.keys(artifactStores ?? {}).find((region) => !isRegion(region, scope.region));
  if (unknown !== undefined) {
    return validation(
      `The region ${unknown} specified in 'pipeline.artifactStores' is not a valid AWS Region.`,
    );
  }
  if (artifactStores !== undefined) {
    return first(
      [...regions].map((region) => (Object.hasOwn(artifactStores, region) ? undefined : missing(region))),
    );
  }
  if (regions.size > 1 && artifactStore !== undefined) {
    return validation(
      "Your pipeline contains actions in more than one region. Use 'pipeline.artifactStores' instead of 'pipeline.artifactStore' to declare an artifact store, such as an artifact bucket, for each region where you have an action.",
    );
  }
  return first([...regions].map((region) => (region === scope.region ? undefined : missing(region))));
};

function missing(region: string) {
  return validation(
    `Your pipeline must have an artifact store, such as an artifact bucket, for each region where you have an action. The following region is missing in 'pipeline.artifactStores': ${region}.`,
  );
}
