import { isApproval } from "./action-at.ts";
import { endAction } from "./action-end.ts";
import { rememberApproval } from "./approval-end.ts";
import type { Answer, Command, Refusal } from "./command.ts";
import type { Draft } from "./draft.ts";
import { own } from "./records.ts";
import { advance } from "./run.ts";

type Answering = Extract<Command, { type: "answerApproval" }>;

/** Approves or rejects the approval that waits for this token; of two answers one wins (E5.2, E5.3). */
export function answerApproval(draft: Draft, command: Answering): Answer | Refusal {
  const { stage, action: name, token, status, summary, by } = command;
  const execution = command.executionId === undefined ? undefined : draft.find(command.executionId);
  const { stages } = execution === undefined ? draft.current : draft.definition(execution.version);
  const actions = stages.find((candidate) => candidate.name === stage)?.actions;
  if (actions === undefined) return { code: "StageNotFound", stage };
  const definition = actions.find((candidate) => candidate.name === name);
  if (definition === undefined) return { code: "ActionNotFound", stage, action: name };

  const run = own(execution?.runs, stage);
  const invalid = (because: Extract<Refusal, { code: "InvalidApprovalToken" }>["because"]) =>
    ({ code: "InvalidApprovalToken", stage, action: name, because }) as const;
  if (execution === undefined || run === undefined || !isApproval(definition)) return invalid("unknown");
  const ended = own(run.approvals, token);
  if (ended?.action === name) {
    if (ended.how === "answered") return { code: "ApprovalAlreadyCompleted", stage, action: name };
    return invalid(ended.how === "updated" ? "updated" : "closed");
  }
  const open = own(run.actions, name);
  if (open?.id !== token || open.status !== "InProgress") return invalid("unknown");
  if (open.summaryRequired && summary.trim() === "") return invalid("summaryRequired");

  const at = { executionId: execution.id, stage, definition };
  endAction(draft, at, status === "Approved" ? "Succeeded" : "Failed", {
    ...(summary !== "" && { summary }),
    updatedBy: by,
  });
  rememberApproval(draft, at, "answered");
  advance(draft, execution.id, stage);
  return {};
}
