/** Conditions of stages (api.md §5.2, semantics.md E9.1); their rules are checked apart. */
import type { Declaration, Stage } from "../declaration.ts";
import { type Finding, first, type Subject } from "./check.ts";
import { invalidStage } from "./findings.ts";

export function checkConditions({ declaration }: Subject): Finding {
  return first(declaration.stages.values().map((stage, index) => checkStage(declaration, stage, index)));
}

function checkStage(declaration: Declaration, stage: Stage, index: number): Finding {
  const { beforeEntry, onSuccess, onFailure } = stage;
  if (beforeEntry === undefined && onSuccess === undefined && onFailure === undefined) return undefined;
  if (declaration.pipelineType === "V1") {
    return invalidStage("Stage level conditions can only be used with V2 pipelines.");
  }
  if (onFailure?.result !== undefined && (onFailure.conditions ?? []).length > 0) {
    return invalidStage(
      `The following stage cannot have a failure exit gate configured with both top level result and conditions: '${stage.name}'`,
    );
  }
  if (declaration.executionMode === "PARALLEL" && failureResults(stage).includes("ROLLBACK")) {
    return invalidStage(
      "Failure conditions with rollback result type cannot be added to a PARALLEL pipeline.",
    );
  }
  return checkResults(stage, index);
}

/** Which result may stand where. */
function checkResults(stage: Stage, index: number): Finding {
  const { beforeEntry, onSuccess, onFailure } = stage;
  const entry = resultsOf(beforeEntry?.conditions);
  const success = resultsOf(onSuccess?.conditions);
  const failure = resultsOf(onFailure?.conditions);
  const all = [...entry, ...success, ...failureResults(stage)];
  if ([...entry, ...success, ...failure].includes("RETRY")) {
    return invalidStage(
      `Stage '${stage.name}': the result RETRY can only be used as the result of onFailure`,
    );
  }
  if (onFailure?.retryConfiguration !== undefined && onFailure.result !== "RETRY") {
    return invalidStage(
      `Stage '${stage.name}': retryConfiguration can only be used when the result of onFailure is RETRY`,
    );
  }
  if ([...success, ...failureResults(stage)].includes("SKIP")) {
    return invalidStage(`Stage '${stage.name}': the result SKIP can only be used in beforeEntry conditions`);
  }
  if (entry.includes("ROLLBACK")) {
    return invalidStage(
      `Stage '${stage.name}': the result ROLLBACK cannot be used in beforeEntry conditions`,
    );
  }
  if (index === 0 && all.includes("ROLLBACK")) {
    return invalidStage(`Stage '${stage.name}': the result ROLLBACK cannot be used in the first stage`);
  }
  return undefined;
}

function failureResults({ onFailure }: Stage): readonly string[] {
  const own = onFailure?.result;
  return [...(own === undefined ? [] : [own]), ...resultsOf(onFailure?.conditions)];
}

function resultsOf(conditions: readonly { readonly result?: string }[] | undefined): readonly string[] {
  return (conditions ?? []).flatMap(({ result }) => result ?? []);
}
