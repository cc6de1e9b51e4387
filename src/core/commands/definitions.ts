import type { Definition } from "../engine/index.ts";
import { afterCommit } from "../store/after-commit.ts";
import { findPipelineVersion } from "../store/pipelines.ts";
import type { Reader, Soon, Tx } from "../store/store.ts";
import { BoundedMap } from "./bounded-map.ts";

/** Compiled pipeline versions. Once committed they never change, so that each is read and parsed once. */
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
    const keep = () => kept.set(key, definition, row.definition.length);
    // What a transaction reads may be undone yet, and its number become another version's.
    if (db.isTransaction) afterCommit(db as Tx, keep);
    else keep();
    return definition;
  };
  return {
    get(db, pipelineId, version) {
      const key = `${pipelineId}/${version}`;
      return kept.get(key) ?? load(db, pipelineId, version, key);
    },
  };
}
