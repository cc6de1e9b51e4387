/** Brings an outcome into the bounds of the wire and hides its secrets (P0.4, P10.3). */
import { GitMissingError } from "../remotes/index.ts";
import { notConfigured } from "./not-configured.ts";
import type { ActionTypeId, JobFailure, JobSuccess } from "./protocol.ts";
import { ProviderError, type Result } from "./provider.ts";

/** Longest texts in characters. */
const LIMITS = { summary: 2_048, externalExecutionId: 1_500, revision: 1_500, message: 5_000 } as const;

type Mask = (text: string) => string;

/** Cuts a text at a character border; what was cut ends in `…`. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) {
    return text;
  }
  const end = limit - 1;
  const splitsPair = /[\ud800-\udbff]/.test(text.charAt(end - 1)) && /[\udc00-\udfff]/.test(text.charAt(end));
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`;
}

/** Members that aren't there stay away, and empty texts with them: the wire takes none. */
export function reportable(outcome: Result, mask: Mask): Result {
  switch (outcome.kind) {
    case "done":
      return { kind: "done", ...reportableSuccess(outcome, mask) };
    case "failed":
      return { kind: "failed", ...reportableFailure(outcome, mask) };
    case "parked":
      return outcome;
  }
}

function reportableSuccess(success: JobSuccess, mask: Mask): JobSuccess {
  const { summary, externalExecutionId, currentRevision, outputVariables, ...rest } = success;
  return {
    ...rest,
    ...(summary && { summary: cut(mask(summary), LIMITS.summary) }),
    ...(externalExecutionId && {
      externalExecutionId: cut(externalExecutionId, LIMITS.externalExecutionId),
    }),
    ...(currentRevision !== undefined && { currentRevision: reportableRevision(currentRevision, mask) }),
    ...(outputVariables !== undefined && {
      outputVariables: Object.fromEntries(
        Object.entries(outputVariables).map(([name, value]) => [name, mask(value)]),
      ),
    }),
  };
}

function reportableRevision(
  revision: NonNullable<JobSuccess["currentRevision"]>,
  mask: Mask,
): NonNullable<JobSuccess["currentRevision"]> {
  const { revisionSummary, ...rest } = revision;
  return {
    ...rest,
    revision: cut(revision.revision, LIMITS.revision),
    ...(revisionSummary && { revisionSummary: cut(mask(revisionSummary), LIMITS.summary) }),
  };
}

function reportableFailure(failure: JobFailure, mask: Mask): JobFailure {
  const { message, externalExecutionId } = failure;
  return {
    ...failure,
    message: cut(mask(message), LIMITS.message),
    ...(externalExecutionId !== undefined && {
      externalExecutionId: cut(externalExecutionId, LIMITS.externalExecutionId),
    }),
  };
}

/**
 * What an exception means for the job. One that no provider meant says nothing of itself to the caller, but a
 * reference under which the worker's own log has it.
 * @param id the job's type, for the message
 */
export function outcomeOfError(error: unknown, id: ActionTypeId, note: (error: unknown) => string): Result {
  if (error instanceof ProviderError) {
    return { kind: "failed", type: error.type, message: error.message };
  }
  if (error instanceof GitMissingError) {
    return { kind: "failed", ...notConfigured("git", id) };
  }
  return {
    kind: "failed",
    type: "JobFailed",
    message: `Internal error in provider ${id.provider} (${note(error)})`,
  };
}
