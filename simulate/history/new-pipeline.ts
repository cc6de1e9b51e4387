import type { NewVersion } from "../../src/core/commands/types.ts";
import type { Unversioned } from "../pipelines/random-definition.ts";

/** A version as CreatePipeline and UpdatePipeline would compile it. */
export function newPipeline(definition: Unversioned): NewVersion {
  const name = definition.pipelineName;
  return { name, declaration: { name }, definition, bindings: [] };
}
