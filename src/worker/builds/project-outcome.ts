import type { BuildState } from "../build-protocol.ts";
import type { BuildPhaseName, PhaseStatus } from "../buildspec/index.ts";
import { type Outcome, ProviderError } from "../provider.ts";
import { checkExportedSize } from "./exported-variables.ts";
import { PhaseFailure } from "./phase-failure.ts";

/** How a phase ended, with the context that CodeBuild shows of it (P2.6). */
export interface PhaseEnd {
  readonly phase: BuildPhaseName;
  readonly status: PhaseStatus;
  readonly statusCode: string;
  readonly message: string;
  /** What was thrown, when it failed. */
  readonly error?: unknown;
}

/** How a phase ended that threw. Only what a build may throw has its message shown. */
export function failedPhase(phase: BuildPhaseName, error: unknown): PhaseEnd {
  const failed = { phase, status: "FAILED", error } as const;
  if (error instanceof PhaseFailure) {
    return { ...failed, statusCode: error.statusCode, message: error.message };
  }
  if (error instanceof ProviderError) {
    return { ...failed, statusCode: "CLIENT_ERROR", message: error.message };
  }
  return { ...failed, statusCode: "INTERNAL_ERROR", message: "Internal error" };
}

type FinalStatus = Exclude<BuildState["buildStatus"], "IN_PROGRESS">;

/** The state of a build by the first of its phases that didn't succeed (P2.7, P3.21). */
export function finalStatus(first: PhaseEnd | undefined): FinalStatus {
  if (first === undefined) return "SUCCEEDED";
  return isOurFault(first) ? "FAULT" : first.status;
}

/**
 * What a build means for its action (P2.17).
 *
 * @throws what a phase threw unforeseen: the worker's loop keeps it under a reference (P0.4)
 */
export function projectOutcome(
  buildId: string,
  first: PhaseEnd | undefined,
  exported: ReadonlyMap<string, string>,
): Outcome {
  const status = finalStatus(first);
  const failed = (type: "JobFailed" | "SystemUnavailable", message: string): Outcome => ({
    kind: "failed",
    type,
    message,
    externalExecutionId: buildId,
  });
  if (first === undefined) {
    checkExportedSize(exported);
    return {
      kind: "done",
      externalExecutionId: buildId,
      percentComplete: 100,
      outputVariables: Object.fromEntries(exported),
    };
  }
  switch (status) {
    case "SUCCEEDED":
    case "FAILED":
      if (first.error instanceof ProviderError) {
        return {
          kind: "failed",
          type: first.error.type,
          message: first.error.message,
          externalExecutionId: buildId,
        };
      }
      return failed(
        "JobFailed",
        `Build terminated with state: ${status}. Phase: ${first.phase}, Code: ${first.statusCode}, Message: ${first.message}`,
      );
    case "TIMED_OUT":
    case "STOPPED":
      return failed("JobFailed", `Build terminated with state: ${status}`);
    case "FAULT":
      if (first.error instanceof ProviderError) return failed("SystemUnavailable", first.error.message);
      throw first.error;
  }
}

function isOurFault({ error }: PhaseEnd): boolean {
  if (error === undefined || error instanceof PhaseFailure) return false;
  return !(error instanceof ProviderError) || error.type === "SystemUnavailable";
}
