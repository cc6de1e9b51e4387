/** What a build is at its start, and while it waits: P2.6. */
import type { ReportedState } from "./types.ts";

export function submitted(at: number): ReportedState {
  return {
    buildStatus: "IN_PROGRESS",
    currentPhase: "SUBMITTED",
    phases: [{ phaseType: "SUBMITTED", startTime: at }],
    exportedEnvironmentVariables: [],
  };
}

export function queued(at: number): ReportedState {
  return {
    buildStatus: "IN_PROGRESS",
    currentPhase: "QUEUED",
    phases: [
      {
        phaseType: "SUBMITTED",
        phaseStatus: "SUCCEEDED",
        startTime: at,
        endTime: at,
        durationInSeconds: 0,
        contexts: [{ statusCode: "", message: "" }],
      },
      { phaseType: "QUEUED", startTime: at },
    ],
    exportedEnvironmentVariables: [],
  };
}

/** Grows with each phase that begins and each that ends, so an older report is told from a newer one. */
export function progressOf(state: ReportedState): number {
  return state.phases.length * 2 + state.phases.filter((phase) => phase.endTime !== undefined).length;
}
