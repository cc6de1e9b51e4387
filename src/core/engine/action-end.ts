/** An action execution ends once, in one of three ways, and nothing leaves these (E3.3). */
import { type ActionAt, actionAt, isApproval, saveActionAt } from "./action-at.ts";
import { rememberApproval } from "./approval-end.ts";
import type { ActionError } from "./command.ts";
import { cancelCopies } from "./copy-rows.ts";
import type { Draft } from "./draft.ts";
import type { ActionChange } from "./effect.ts";
import { actionEvent } from "./events.ts";
import { findInputs } from "./lookup.ts";
import type { ActionState } from "./state.ts";
import { cancelJobTimers, cancelTimer } from "./timer-rows.ts";

/** What an approval shows that was closed by a stop or an update (E5.5). */
const CLOSED_APPROVAL = "The approval action has been canceled.";

type Ended = Exclude<ActionState["status"], "InProgress">;

const endings: Record<Ended, string> = {
  Succeeded: "SUCCEEDED",
  Failed: "FAILED",
  Abandoned: "ABANDONED",
};

/**
 * Ends an action with a status and what is known of it. Its timers and copies go; its job is the caller's matter.
 *
 * @param event what the state change is called, where it isn't called as the status
 */
export function endAction(
  draft: Draft,
  at: ActionAt,
  status: Ended,
  change: Omit<ActionChange, "status">,
  event = endings[status],
): void {
  const action = actionAt(draft, at);
  cancelTimer(draft, action.timer);
  cancelJobTimers(draft, action.job);
  cancelCopies(draft, action);
  const { id, startedAt, outputs } = action;
  const variables = at.definition.namespace === undefined ? undefined : change.variables;
  saveActionAt(draft, at, { id, status, startedAt, outputs, ...(variables && { variables }) });
  draft.effects.push({
    type: "actionChanged",
    actionExecutionId: id,
    at: draft.env.now,
    change: { status, ...change },
  });
  const { found: inputs } = findInputs(draft, draft.execution(at.executionId), at.definition);
  actionEvent(draft, at, action, event, inputs, { ...action.reported, ...change });
}

export function failAction(draft: Draft, at: ActionAt, error: ActionError): void {
  endAction(draft, at, "Failed", { error });
  if (isApproval(at.definition)) rememberApproval(draft, at, "expired");
}

/** Takes an action in progress away from its worker or approver: by a stop (E6.2), an update (E11.2), a deletion. */
export function abandonAction(draft: Draft, at: ActionAt, event: "ABANDONED" | "CANCELED"): void {
  const { job } = actionAt(draft, at);
  if (job !== undefined) draft.effects.push({ type: "jobEnded", jobId: job.id, how: "closed" });
  if (isApproval(at.definition)) {
    endAction(draft, at, "Failed", { summary: CLOSED_APPROVAL }, event);
    rememberApproval(draft, at, event === "CANCELED" ? "updated" : "abandoned");
  } else {
    endAction(draft, at, "Abandoned", {}, event);
  }
}
