import type { Definition } from "../engine/index.ts";
import { findPipelineVersion } from "../store/pipelines.ts";
import type { Reader, Soon } from "../store/store.ts";
import { BoundedMap } from "./bounded-map.ts";

/** Compiled pipeline versions. They never change, so that each is read and parsed once. */
export interface Definitions {
  /** @throws Error when the version was never stored */
  get(db: Reader, pipelineId: string, version: number): Soon<Definition>;
}

export function createDefinitions(): Definitions {
  const kept = new BoundedMap<Definition>();
  const load = async (db: Reader, pipelineId: string, version: number, key: string) => {
    const row = await findPipelineVersion(db, pipelineId, version);
    if (row === undefined) throw new Error(`pipeline ${pipelineId} has no version ${version}`);
    const definition = JSON.parse(row.definition) as Definition;
    kept.set(key, definition, row.definition.length);
    return definition;
  };
  return {
    get(db, pipelineId, version) {
      const key = `${pipelineId}/${version}`;
      return kept.get(key) ?? load(db, pipelineId, version, key);
    },
  };
}
