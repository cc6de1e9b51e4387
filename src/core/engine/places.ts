import type { Draft } from "./draft.ts";
import { own } from "./records.ts";
import type { ArtifactLocation } from "./state.ts";

/**
 * A key that nothing was written to yet, in the store that a version names for the region (E3.8; form: api.md §2.2).
 * Undefined where it names none.
 */
export function newLocation(
  draft: Draft,
  version: number,
  region: string,
  artifact: string,
): ArtifactLocation | undefined {
  const { pipelineName, stores } = draft.definition(version);
  const store = own(stores, region);
  if (store === undefined) return undefined;
  const key = `${pipelineName.slice(0, 20)}/${artifact.slice(0, 10)}/${draft.env.newKey()}.zip`;
  return { region, bucket: store.bucket, key };
}
