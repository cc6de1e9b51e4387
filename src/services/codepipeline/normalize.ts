/** Defaults filled in, otherwise exactly as given (api.md §4, §4.1). */

import type { Action, Declaration, GivenAction, GivenDeclaration } from "./declaration.ts";
import { withDefaultTriggers } from "./default-triggers.ts";

/** @param previousType the type of the version that this one replaces */
export function normalize(given: GivenDeclaration, previousType?: Declaration["pipelineType"]): Declaration {
  const { version: _ignored, ...rest } = given;
  const pipelineType = given.pipelineType ?? (needsV2(given) ? "V2" : (previousType ?? "V2"));
  const triggers = pipelineType === "V2" ? withDefaultTriggers(given) : (given.triggers ?? []);
  return {
    ...rest,
    ...(triggers.length > 0 && { triggers }),
    stages: given.stages.map((stage) => ({ ...stage, actions: stage.actions.map(normalizeAction) })),
    executionMode: given.executionMode ?? "SUPERSEDED",
    pipelineType,
  };
}

function normalizeAction(given: GivenAction): Action {
  const configuration = Object.entries(given.configuration ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...given,
    runOrder: given.runOrder ?? 1,
    configuration: Object.fromEntries(configuration),
    inputArtifacts: given.inputArtifacts ?? [],
    outputArtifacts: given.outputArtifacts ?? [],
  };
}

/** V2 parameters without a type make the pipeline V2 (§4.1). */
function needsV2(given: GivenDeclaration): boolean {
  return (
    (given.variables ?? []).length > 0 ||
    (given.triggers ?? []).length > 0 ||
    (given.executionMode ?? "SUPERSEDED") !== "SUPERSEDED" ||
    given.stages.some((stage) => stage.beforeEntry ?? stage.onSuccess ?? stage.onFailure)
  );
}
