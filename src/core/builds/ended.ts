/** How a build ends that its worker doesn't end: P2.6, P2.7, P2.11. */
import type { ReportedPhase, ReportedState } from "./types.ts";

export type Ending = "SUCCEEDED" | "FAILED" | "STOPPED" | "TIMED_OUT" | "FAULT";

/** What is told of the phase that ran. */
const CONTEXTS: Partial<Record<Ending, { readonly statusCode: string; readonly message: string }>> = {
  FAULT: { statusCode: "INTERNAL_ERROR", message: "The worker that ran this build was lost" },
};

/** By the job's status, where its worker reported the result and not the build's; undefined: it is forgotten. */
export function endingOf(jobStatus: string | undefined): Ending {
  switch (jobStatus) {
    case "Succeeded":
      return "SUCCEEDED";
    case "Failed":
      return "FAILED";
    default:
      return "STOPPED";
  }
}

/** The last that was reported, with the phase that ran and the build ended. @param at epoch milliseconds */
export function endedState(reported: ReportedState, ending: Ending, at: number): ReportedState {
  return {
    ...reported,
    buildStatus: ending,
    currentPhase: "COMPLETED",
    phases: [
      ...reported.phases.map((phase) => endedPhase(phase, ending, at)),
      { phaseType: "COMPLETED", startTime: at },
    ],
  };
}

function endedPhase(phase: ReportedPhase, phaseStatus: Ending, at: number): ReportedPhase {
  if (phase.endTime !== undefined) return phase;
  const endTime = Math.max(at, phase.startTime);
  return {
    ...phase,
    phaseStatus,
    endTime,
    durationInSeconds: Math.floor((endTime - phase.startTime) / 1000),
    contexts: [CONTEXTS[phaseStatus] ?? { statusCode: "", message: "" }],
  };
}
