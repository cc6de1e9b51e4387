import type { Definition } from "../engine/index.ts";
import { findPipelineVersion } from "../store/pipelines.ts";
import type { Reader } from "../store/store.ts";

/** Compiled pipeline versions. They never change, so that each is read and parsed once. */
export interface Definitions {
  /** @throws Error when the version was never stored */
  get(db: Reader, pipelineId: string, version: number): Promise<Definition>;
}

/** A definition of 500 actions is about a megabyte; most are a few kilobytes. */
const MAX_KEPT = 500;

export function createDefinitions(): Definitions {
  const kept = new Map<string, Definition>();
  return {
    async get(db, pipelineId, version) {
      const key = `${pipelineId}/${version}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const row = await findPipelineVersion(db, pipelineId, version);
      if (row === undefined) throw new Error(`pipeline ${pipelineId} has no version ${version}`);
      const definition = JSON.parse(row.definition) as Definition;
      const [oldest] = kept.keys();
      if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
      kept.set(key, definition);
      return definition;
    },
  };
}
