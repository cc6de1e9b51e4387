/** What the engine told the store, as whoever reads it later finds it: JSON in the rows' texts. */
import type { ActionChange, StartedAction } from "./engine/index.ts";

export type { ArtifactLocation, NamedArtifact, StateChange, Trigger } from "./engine/index.ts";

/** `input` of a row of the action history. */
export type RecordedInput = Omit<
  StartedAction,
  "actionExecutionId" | "executionId" | "version" | "stage" | "action" | "attempt" | "startedAt"
>;

/** `output` of a row of the action history: what was recorded so far. */
export type RecordedOutput = Omit<ActionChange, "status"> & { readonly externalExecutionUrl?: string };
