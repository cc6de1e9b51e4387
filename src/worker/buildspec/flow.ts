import type { OnFailure } from "./on-failure.ts";

/** The phases of a build in their order (P2.6). */
export type BuildPhaseName =
  | "SUBMITTED"
  | "QUEUED"
  | "PROVISIONING"
  | "DOWNLOAD_SOURCE"
  | "INSTALL"
  | "PRE_BUILD"
  | "BUILD"
  | "POST_BUILD"
  | "UPLOAD_ARTIFACTS"
  | "FINALIZING"
  | "COMPLETED";

export type PhaseStatus = "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "STOPPED";

/**
 * Which phase follows one that ended (P3.20, P3.21, P3.23).
 *
 * @param onFailure of the phase; the phases without commands have the default
 */
export function phaseAfter(phase: BuildPhaseName, status: PhaseStatus, onFailure: OnFailure): BuildPhaseName {
  switch (status) {
    case "SUCCEEDED":
      return next(phase);
    case "TIMED_OUT":
    case "STOPPED":
      return afterFinalizing(phase) ?? "FINALIZING";
    case "FAILED":
      if (onFailure.kind === "abort") return "FINALIZING";
      if (onFailure.kind === "continue") return next(phase);
      return afterFailure(phase);
  }
}

/** BUILD's failure leaves POST_BUILD to clean up and report, and the artifacts that there are to be uploaded. */
function afterFailure(phase: BuildPhaseName): BuildPhaseName {
  switch (phase) {
    case "BUILD":
    case "POST_BUILD":
    case "FINALIZING":
    case "COMPLETED":
      return next(phase);
    case "SUBMITTED":
    case "QUEUED":
    case "PROVISIONING":
    case "DOWNLOAD_SOURCE":
    case "INSTALL":
    case "PRE_BUILD":
    case "UPLOAD_ARTIFACTS":
      return "FINALIZING";
  }
}

function afterFinalizing(phase: BuildPhaseName): BuildPhaseName | undefined {
  return phase === "FINALIZING" || phase === "COMPLETED" ? "COMPLETED" : undefined;
}

function next(phase: BuildPhaseName): BuildPhaseName {
  switch (phase) {
    case "SUBMITTED":
      return "QUEUED";
    case "QUEUED":
      return "PROVISIONING";
    case "PROVISIONING":
      return "DOWNLOAD_SOURCE";
    case "DOWNLOAD_SOURCE":
      return "INSTALL";
    case "INSTALL":
      return "PRE_BUILD";
    case "PRE_BUILD":
      return "BUILD";
    case "BUILD":
      return "POST_BUILD";
    case "POST_BUILD":
      return "UPLOAD_ARTIFACTS";
    case "UPLOAD_ARTIFACTS":
      return "FINALIZING";
    case "FINALIZING":
    case "COMPLETED":
      return "COMPLETED";
  }
}
