/** What the end of a copy does: the last one lets the job go, one that failed ends what waited for it (E3.7). */
import { locate, saveActionAt } from "./action-at.ts";
import { failAction } from "./action-end.ts";
import type { Answer, Command, CopyReport } from "./command.ts";
import { findRule, locateRule, saveRuleAt } from "./conditions/rule-at.ts";
import { failRule } from "./conditions/rule-end.ts";
import { isCopying } from "./copy-rows.ts";
import type { Draft } from "./draft.ts";
import { own } from "./records.ts";
import { advance } from "./run.ts";
import type { InputCopy, OpenJob } from "./state.ts";

type Report = Extract<Command, CopyReport>;

/** Nothing, where who asked for the copy has ended meanwhile. */
export function copyReported(draft: Draft, command: Report): Answer {
  const { executionId, stage, action: name, actionExecutionId, copyId } = command;
  const run = own(draft.find(executionId)?.runs, stage);
  const action = own(run?.actions, name);
  const asked = findRule(run, actionExecutionId);
  if (action?.id === actionExecutionId && awaits(action, copyId)) {
    const at = locate(draft, executionId, stage, name);
    if (command.type === "copyDone") {
      saveActionAt(draft, at, withDone(draft, action, copyId));
      return {};
    }
    closeJob(draft, action.job);
    failAction(draft, at, { code: "JobFailed", message: command.message });
  } else if (asked !== undefined && awaits(asked.rule, copyId)) {
    const at = locateRule(draft, executionId, stage, asked.kind, asked.name);
    if (command.type === "copyDone") {
      saveRuleAt(draft, at, withDone(draft, asked.rule, copyId));
      return {};
    }
    closeJob(draft, asked.rule.job);
    failRule(draft, at, { error: { code: "JobFailed", message: command.message }, unevaluated: true });
  } else {
    return {};
  }
  advance(draft, executionId, stage);
  return {};
}

interface Waiting {
  readonly job?: OpenJob;
  readonly copies?: readonly InputCopy[];
}

function awaits({ copies = [] }: Waiting, copyId: string): boolean {
  return copies.some(({ id, done }) => id === copyId && !done);
}

/** The job is handed out once nothing else holds it: no other copy, and no delay (E3.9). */
function withDone<T extends Waiting>(draft: Draft, waiting: T, copyId: string): T {
  const { copies = [], job } = waiting;
  const marked = copies.map((copy) => (copy.id === copyId ? { ...copy, done: true as const } : copy));
  const after = { ...waiting, copies: marked };
  if (job !== undefined && job.delayTimer === undefined && !isCopying(after)) {
    draft.effects.push({ type: "jobReleased", jobId: job.id });
  }
  return after;
}

/** It was never handed out. */
function closeJob(draft: Draft, job: OpenJob | undefined): void {
  if (job !== undefined) draft.effects.push({ type: "jobEnded", jobId: job.id, how: "closed" });
}
