import type { Definition } from "../engine/index.ts";
import { insertPipelineVersions } from "../store/pipelines.ts";
import { replaceBindings } from "../store/source-bindings.ts";
import type { Tx } from "../store/store.ts";
import type { PipelineRow } from "../store/tables/pipelines.ts";
import type { NewVersion } from "./types.ts";

/** Stores a pipeline's new version and what starts it from now on. @returns the definition with its number */
export async function writeVersion(
  tx: Tx,
  { id, account, region }: PipelineRow,
  version: number,
  { declaration, definition, bindings }: NewVersion,
): Promise<Definition> {
  const numbered = { ...definition, version };
  await insertPipelineVersions(tx, [
    {
      pipeline_id: id,
      version,
      declaration: JSON.stringify(declaration),
      definition: JSON.stringify(numbered),
    },
  ]);
  await replaceBindings(
    tx,
    id,
    bindings.map(({ polls, trigger, ...binding }) => ({
      pipeline_id: id,
      account,
      region,
      ...binding,
      polls: polls ? 1 : 0,
      trigger: trigger === undefined ? null : JSON.stringify(trigger),
    })),
  );
  return numbered;
}
