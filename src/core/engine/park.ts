/** Jobs that were brought to a function, which answers by itself and in its own time (providers.md P7.3). */
import { findAction, locate, saveActionAt } from "./action-at.ts";
import { failAction } from "./action-end.ts";
import type { Answer, Command, Refusal, Timer } from "./command.ts";
import type { Draft } from "./draft.ts";
import { advance } from "./run.ts";
import { setTimer } from "./timer-rows.ts";

type Parked = Extract<Command, { type: "jobParked" }>;
type ReplyTimer = Extract<Timer, { kind: "jobReply" }>;

/** From now on no worker answers for the job, and only so long may its answer take (E3.15, E10). Again, it changes nothing. */
export function parkJob(draft: Draft, command: Parked): Answer | Refusal {
  const { executionId, stage, action: name, actionExecutionId, jobId, replyWithin, message } = command;
  const action = findAction(draft, command);
  const job = action?.id === actionExecutionId ? action.job : undefined;
  if (action === undefined || job?.id !== jobId) return { code: "JobNotOpen", jobId };
  if (job.replyTimer !== undefined) return {};
  const due = draft.env.now + replyWithin;
  const replyTimer = setTimer(draft, {
    kind: "jobReply",
    executionId,
    stage,
    action: name,
    actionExecutionId,
    jobId,
    message,
    due,
  });
  saveActionAt(draft, locate(draft, executionId, stage, name), { ...action, job: { ...job, replyTimer } });
  return {};
}

/** The function gave no answer in time. */
export function replyMissing(draft: Draft, timer: ReplyTimer): void {
  const { executionId, stage, jobId, message } = timer;
  if (findAction(draft, timer)?.job?.replyTimer !== timer.id) return;
  draft.effects.push({ type: "jobEnded", jobId, how: "TimedOut" });
  failAction(draft, locate(draft, executionId, stage, timer.action), { code: "JobFailed", message });
  advance(draft, executionId, stage);
}
